//! The pipeline: workers open, split and decode; the caller's thread joins.
//!
//! Work is shared in two ways. Each worker takes the next file; of a large file it hands on batches that any worker
//! may decode. When the queue of batches is full the splitter decodes its own batch, so nothing waits in a circle and
//! memory is bounded: a few batches of text, and what is kept of the assignments.

use crate::advice;
use crate::bodies::Body;
use crate::decoded::{Decoded, DecodedPart, Rejected, SourceEnd, SubjectIds};
use crate::discover::{Found, askers, bytes_in_all, discover};
use crate::error::{LoadError, Refusal};
use crate::fingerprint::call_as_recorded;
use crate::finish::finish;
use crate::json::{Memory, SourceContext, decode_batch};
use crate::kind::Surroundings;
use crate::open::{DiskFacts, FileQueue, Lead, OpenSource, Text, open_into, read_ahead};
use crate::options::{ColumnRef, Input, LoadOptions};
use crate::pending::Pending;
use crate::record::Fallback;
use crate::reread::{Origin, Originals};
use crate::segments::{Segmented, Splitting};
use crate::sniff::{Content, sniff};
use crate::split::{Batch, Buffers, PageEnd, SplitError, SplitSink, split};
use crate::table::{
    Own, Table, TableBatch, TableEnd, TableError, TableSegments, TableSource, TableStream, decode_rows,
    read_table, read_words,
};
use crate::turns::{FileEnd, is_large};
use crossbeam_channel::{Receiver, Sender, bounded};
use sod_model::{
    Compression, Encoding, Event, ExternalId, Observer, Phase, Position, RefusalCode, RejectCode, Silent,
    Snapshot,
};
use std::io::{self, Read, Write};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// Reads inputs into a snapshot.
///
/// # Errors
/// [`LoadError::Refused`] with every reason found when the inputs cannot be used without under-reporting;
/// [`LoadError::Cancelled`] when the observer asked to stop.
pub fn load(inputs: &[Input], options: &LoadOptions, observer: &dyn Observer) -> Result<Loaded, LoadError> {
    let observer: &dyn Observer = &Resolved::new(observer);
    observer.event(Event::Began(Phase::Discover));
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let threads = if options.threads == 0 { cores } else { options.threads };
    let mut files = discover(inputs, threads, observer).map_err(LoadError::Refused)?;
    call_as_recorded(&mut files, &options.recorded);
    if observer.is_cancelled() {
        return Err(LoadError::Cancelled);
    }
    if files.is_empty() {
        let message = "no file was found under the given paths (hidden files are not read)".into();
        return Err(LoadError::Refused(vec![Refusal {
            path: "".into(),
            code: RefusalCode::NothingRecognised,
            message,
        }]));
    }
    let bytes = bytes_in_all(&files);
    observer.event(Event::FilesFound { files: files.len() as u64, bytes });
    observer.event(Event::Began(Phase::Read));
    let mut pending = read_all(&files, threads.min(64), options, observer)?;
    observer.event(Event::Began(Phase::Join));
    let copies: Vec<_> = pending.sources.iter_mut().map(|source| source.end.copy.take()).collect();
    let mut bodies = std::mem::take(&mut pending.bodies);
    bodies.sort_unstable_by_key(|body| body.location);
    let snapshot = finish(pending, &mut files, options).map_err(LoadError::Refused)?;
    let origin = |(file, copy): (Found, Option<tempfile::TempPath>)| match (copy, file.input) {
        (Some(copy), _) => Origin::Copy(copy),
        (None, Input::Stdin) => Origin::Gone,
        (None, input) => Origin::Input(input),
    };
    let sources = files.into_iter().zip(copies).map(origin).collect();
    Ok(Loaded { snapshot, bodies, originals: Originals { sources, no_header: options.no_header } })
}

/// An observer that does not take it back: when one thread was told to stop, part of the input is not read.
pub(crate) struct Resolved<'o> {
    observer: &'o dyn Observer,
    stops: AtomicBool,
}

impl<'o> Resolved<'o> {
    pub(crate) fn new(observer: &'o dyn Observer) -> Self {
        Self { observer, stops: AtomicBool::new(false) }
    }
}

impl Observer for Resolved<'_> {
    fn event(&self, event: Event) {
        self.observer.event(event);
    }

    fn is_cancelled(&self) -> bool {
        if !self.stops.load(Ordering::Relaxed) && self.observer.is_cancelled() {
            self.stops.store(true, Ordering::Relaxed);
        }
        self.stops.load(Ordering::Relaxed)
    }
}

/// A snapshot, and the way back to the records it was made from.
#[derive(Debug, Default)]
pub struct Loaded {
    /// What the inputs say.
    pub snapshot: Snapshot,
    /// Where the original records can be read again.
    pub originals: Originals,
    /// What describes the tenant, in the order of its places; empty unless [`LoadOptions::keep_bodies`] is set.
    pub bodies: Vec<Body>,
}

/// Reads bytes in memory, as if they were a file of that name.
///
/// # Errors
/// As [`load`].
pub fn load_bytes(name: &str, bytes: &[u8], options: &LoadOptions) -> Result<Snapshot, LoadError> {
    let input = Input::Bytes { name: name.to_owned(), bytes: bytes.into() };
    load(&[input], options, &Silent).map(|loaded| loaded.snapshot)
}

fn read_all(
    files: &[Found],
    threads: usize,
    options: &LoadOptions,
    observer: &dyn Observer,
) -> Result<Pending, LoadError> {
    let next = AtomicUsize::new(0);
    let (jobs, jobs_out) = bounded::<Job>(2 * threads);
    let (decoded, decoded_out) = bounded::<Vec<Decoded>>(8);
    let mut pending = Pending::new(files);
    std::thread::scope(|scope| {
        let supply = FileQueue::start(scope, files, &next, askers(threads), observer);
        for number in 0..threads {
            let worker = Worker {
                number: number as u32,
                files,
                supply: supply.clone(),
                options,
                observer,
                jobs: Some(jobs.clone()),
                decoded: decoded.clone(),
                post: Vec::new(),
                post_bytes: 0,
                memory: Memory::new(options),
                spare: Vec::new(),
                head: Vec::new(),
                helped: threads > 1,
            };
            let jobs_out = jobs_out.clone();
            scope.spawn(move || worker.run(&jobs_out));
        }
        drop((jobs, decoded, supply));
        for message in decoded_out.into_iter().flatten() {
            pending.take(message);
        }
    });
    if observer.is_cancelled() { Err(LoadError::Cancelled) } else { Ok(pending) }
}

struct Worker<'w> {
    number: u32,
    files: &'w [Found],
    supply: FileQueue<'w>,
    options: &'w LoadOptions,
    observer: &'w dyn Observer,
    /// To hand on work, as long as this worker may still have some.
    jobs: Option<Sender<Job>>,
    decoded: Sender<Vec<Decoded>>,
    /// What was found and is not sent yet: to wake the caller's thread costs more than to read a small file.
    post: Vec<Decoded>,
    /// The text from which that was decoded.
    post_bytes: u64,
    memory: Memory,
    /// Buffers to be used again.
    spare: Vec<Buffers>,
    /// The same for the text of small files.
    head: Vec<u8>,
    /// There are other workers.
    helped: bool,
}

/// Work that any worker may do.
enum Job {
    Batch(Arc<SourceContext>, Batch),
    /// Help with a large file.
    Segments(Arc<Segmented>),
    Table(Arc<TableSegments>),
}

/// More buffers than that are not in use at a time.
const SPARE_MAX: usize = 4;
/// So many messages are sent together at most,
const POST: usize = 64;
/// or those about so much text.
const POST_BYTES: u64 = 1 << 22;
/// What a row counts where its text was not counted, or was short.
const ROW_BYTES: u64 = 1 << 8;

impl Worker<'_> {
    fn run(mut self, queue: &Receiver<Job>) {
        while let Some(run) = self.supply.next() {
            for (number, file) in run.files.clone().zip(self.files.get(run.files.clone()).unwrap_or_default())
            {
                while let Ok(job) = queue.try_recv() {
                    self.work(job);
                }
                if self.observer.is_cancelled() {
                    return;
                }
                let mut end = SourceEnd::default();
                self.read_file(number as u32, file, run.text(number), &mut end);
                self.observer.event(Event::FileRead);
                self.add_post(Decoded::End { source: number as u32, end: Box::new(end) }, 0);
            }
        }
        self.send_post();
        // No file is left for this worker: give up the right to hand on work, then help until nobody has it.
        self.jobs = None;
        for job in queue {
            if self.observer.is_cancelled() {
                return;
            }
            self.work(job);
        }
        self.send_post();
    }

    fn work(&mut self, job: Job) {
        match job {
            Job::Batch(context, batch) => _ = self.decode(&context, batch),
            Job::Segments(file) => self.split_segments(&file),
            Job::Table(file) => self.split_table(&file),
        }
    }

    fn decode(&mut self, context: &SourceContext, batch: Batch) -> bool {
        let part = decode_batch(&batch, context, &mut self.memory);
        self.keep((batch.text, batch.places));
        self.send(context.source, part)
    }

    fn decode_table(&mut self, table: &Table, batch: TableBatch) -> bool {
        let part = decode_rows(&batch, table, &mut self.memory);
        self.keep((batch.text, batch.places));
        self.send(table.source, part)
    }

    /// Keeps buffers to be used again.
    fn keep(&mut self, buffers: Buffers) {
        if self.spare.len() < SPARE_MAX {
            self.spare.push(buffers);
        }
    }

    /// Hands on a part; tells whether to go on.
    fn send(&mut self, source: u32, part: DecodedPart) -> bool {
        // Not every reader counts its text; what must not pile up is the rows.
        let bytes = part.text_bytes.max(ROW_BYTES * part.rows.len() as u64);
        let part = Decoded::Part { source, worker: self.number, part: Box::new(part) };
        self.add_post(part, bytes) && !self.observer.is_cancelled()
    }

    /// Keeps a message until there are enough of them; `false` if nobody takes them any more.
    fn add_post(&mut self, message: Decoded, bytes: u64) -> bool {
        self.post_bytes += bytes;
        self.post.push(message);
        (self.post_bytes < POST_BYTES && self.post.len() < POST) || self.send_post()
    }

    /// Messages of one worker arrive in their order: later ones use numbers that earlier ones explain.
    fn send_post(&mut self) -> bool {
        self.post_bytes = 0;
        self.post.is_empty() || self.decoded.send(std::mem::take(&mut self.post)).is_ok()
    }

    /// Splits and decodes segments of a file until all are taken.
    fn split_segments(&mut self, file: &Segmented) {
        while self.split_segment(file) {}
    }

    fn split_segment(&mut self, file: &Segmented) -> bool {
        let mut shapes = std::mem::take(&mut self.memory.shapes);
        let mut own = Splitting { shapes: &mut shapes, spare: &mut self.spare, observer: self.observer };
        let proven = file.next(&mut own);
        self.memory.shapes = shapes;
        let Some(proven) = proven else { return false };
        for position in proven.too_large {
            self.send(file.context.source, too_large(position));
        }
        proven.batches.into_iter().all(|batch| self.decode(&file.context, batch))
    }

    /// Reads a large file together with whoever has time.
    fn read_segments(&mut self, file: Segmented, end: &mut SourceEnd) {
        let file = Arc::new(file);
        // The first segment shows what the records look like.
        self.split_segment(&file);
        if let Some(jobs) = &self.jobs {
            while jobs.try_send(Job::Segments(Arc::clone(&file))).is_ok() {}
        }
        self.split_segments(&file);
        let Some(FileEnd { state, sha256, bytes, whole }) = file.end(self.observer) else { return };
        (end.pages, end.sha256, end.bytes) = (state.pages, sha256, bytes);
        if let Some(error) = state.failed.or(whole.err().map(SplitError::Io)) {
            refuse_split(end, error);
        }
    }

    /// Splits and decodes segments of a table until all are taken.
    fn split_table(&mut self, file: &TableSegments) {
        loop {
            let mut own = Own { spare: &mut self.spare, observer: self.observer };
            let Some(batch) = file.next(&mut own) else { return };
            if !self.decode_table(&file.table, batch) {
                return;
            }
        }
    }

    /// Reads a large table together with whoever has time.
    fn read_table_segments(&mut self, file: TableSegments, end: &mut SourceEnd) {
        let file = Arc::new(file);
        if let Some(jobs) = &self.jobs {
            while jobs.try_send(Job::Table(Arc::clone(&file))).is_ok() {}
        }
        self.split_table(&file);
        let Some(FileEnd { state: outcome, sha256, bytes, .. }) = file.end(self.observer) else { return };
        (end.sha256, end.bytes) = (sha256, bytes);
        table_end(outcome, end);
    }

    fn read_file(&mut self, number: u32, file: &Found, fetched: Option<&[u8]>, end: &mut SourceEnd) {
        let head = std::mem::take(&mut self.head);
        let mut opened = match open_into(&file.input, fetched, self.options.hash, self.observer, head) {
            Ok(opened) => opened,
            Err(error) => return refuse(end, RefusalCode::Unreadable, format!("cannot be read: {error}")),
        };
        end.compression = opened.compression;
        end.encoding = opened.encoding;
        if self.options.keep_originals && matches!(file.input, Input::Stdin) {
            match with_copy(opened) {
                Ok((copied, path)) => {
                    opened = copied;
                    end.copy = Some(path);
                }
                Err(error) => {
                    return refuse(end, RefusalCode::Unreadable, format!("cannot be copied: {error}"));
                }
            }
        }
        let OpenSource { text, start, facts, .. } = opened;
        match sniff(text) {
            Ok((content, text)) if self.is_worth_a_thread(file, end) => read_ahead(text, |text| {
                self.read_content(content, Text::Ahead(text), start, number, file, end);
            }),
            Ok((Content::Json, text)) => {
                let segmented = self.large(file, &text, end, &facts).and_then(|(opened, read)| {
                    Segmented::new(opened, Arc::new(self.context(number, file)), start, read, self.options)
                });
                match segmented {
                    Some(file) => return self.read_segments(file, end),
                    None => self.read_json(text, start, number, file, end),
                }
            }
            Ok((Content::Table(separator), text)) => {
                let source = self.table_source(number, file, start);
                let segmented = self
                    .large(file, &text, end, &facts)
                    .and_then(|(opened, read)| TableSegments::new(opened, separator, &source, read));
                match segmented {
                    Some(file) => return self.read_table_segments(file, end),
                    None => self.read_content(Content::Table(separator), text, start, number, file, end),
                }
            }
            Ok((content, text)) => self.read_content(content, text, start, number, file, end),
            Err(error) => refuse(end, RefusalCode::Unreadable, format!("cannot be read: {error}")),
        }
        if let Ok(mut facts) = facts.lock() {
            end.bytes = facts.bytes;
            end.sha256 = facts.sha256();
        }
    }

    fn read_content(
        &mut self,
        content: Content,
        mut text: Text<'_>,
        start: u64,
        number: u32,
        file: &Found,
        end: &mut SourceEnd,
    ) {
        let mut skippable = |code, message| {
            refuse(end, code, message);
            end.skippable = true;
            // What is skipped is still hashed whole.
            let _ = io::copy(&mut text, &mut io::sink());
        };
        // A table of one column looks like prose: with a map the caller has said that it is a table, if the file was named, or is by
        // its name. One that does not have the columns is passed over in a folder, like any table about something else.
        let by_name = is_named_a_table(&file.path);
        let content = match content {
            Content::Text if self.options.map.is_some() && (file.explicit || by_name) => Content::Table(b','),
            Content::Words { tabs: false } if self.options.map.is_some() && by_name => Content::Table(b','),
            other => other,
        };
        match content {
            Content::Empty => end.shape = Some(sod_model::Shape::Blank),
            Content::Markup => refuse(end, RefusalCode::HtmlPage, advice::markup()),
            Content::HttpAnswer => {
                let mut status = String::new();
                let _ = text.take(60).read_to_string(&mut status);
                let status = status.lines().next().unwrap_or_default().to_owned();
                refuse(end, RefusalCode::GraphError, advice::http_answer(&status));
            }
            Content::Text | Content::Binary => skippable(RefusalCode::NotAnExport, advice::not_an_export()),
            Content::Json => self.read_json(text, start, number, file, end),
            Content::Table(separator) => {
                let source = self.table_source(number, file, start);
                let outcome = self.read_table(&mut text, separator, &source);
                table_end(outcome, end);
                if end.skippable && (self.options.hash || matches!(text, Text::Ahead(_))) {
                    // So is a table about something else. What another thread has read by now would be chance.
                    let _ = io::copy(&mut text, &mut io::sink());
                }
            }
            // Two words a line could be anything: a list counts only if it was named.
            Content::Words { .. } if !file.explicit => {
                skippable(RefusalCode::NotAnExport, advice::not_an_export());
            }
            // Whoever names columns has columns.
            Content::Words { tabs: true } if self.options.map.is_some() => {
                self.read_content(Content::Table(b'\t'), text, start, number, file, end);
            }
            Content::Words { .. } => {
                let source = self.table_source(number, file, start);
                let outcome = self.read_rows(number, &mut |sink| read_words(&mut text, &source, sink));
                table_end(outcome, end);
            }
        }
    }

    fn read_table(
        &mut self,
        text: &mut Text<'_>,
        separator: u8,
        source: &TableSource<'_>,
    ) -> Result<TableEnd, TableError> {
        let mut stream = match TableStream::new(text, separator, source).map_err(TableError::Io)? {
            Ok(stream) => stream,
            Err(mut text) => {
                return self
                    .read_rows(source.source, &mut |sink| read_table(&mut text, separator, source, sink));
            }
        };
        while let Some(batch) = stream.next(&mut self.spare)? {
            if !self.decode_table(&stream.table, batch) {
                return Err(TableError::Stopped);
            }
        }
        stream.end()
    }

    fn read_rows(
        &mut self,
        number: u32,
        read: &mut dyn FnMut(&mut crate::table::PartSink<'_>) -> Result<TableEnd, TableError>,
    ) -> Result<TableEnd, TableError> {
        read(&mut |mut part: DecodedPart| {
            self.memory.number(&mut part);
            self.send(number, part)
        })
    }

    fn read_json(&mut self, mut text: Text<'_>, start: u64, number: u32, file: &Found, end: &mut SourceEnd) {
        let context = Arc::new(self.context(number, file));
        let mut shapes = std::mem::take(&mut self.memory.shapes);
        let lead = if let Text::Ahead(text) = &text { Some(text.lead()) } else { None };
        let mut handler = JsonHandler { worker: self, context, pages: Vec::new(), lead };
        let outcome = split(&mut text, start, &mut shapes, &mut handler);
        end.pages = handler.pages;
        self.memory.shapes = shapes;
        if let Text::Whole(text) = text {
            self.head = text.into_inner();
        }
        if let Err(error) = outcome {
            refuse_split(end, error);
        }
    }

    fn context(&self, number: u32, file: &Found) -> SourceContext {
        SourceContext {
            source: number,
            path: Surroundings::of_path(&file.path),
            fallback: Fallback { package: self.fallback_package(file), subject: SubjectIds::default() },
        }
    }

    /// The file once more, if it is a large one on disk that needs no decoding, and how much of it was read.
    fn large(
        &self,
        file: &Found,
        text: &Text<'_>,
        end: &SourceEnd,
        facts: &Mutex<DiskFacts>,
    ) -> Option<(std::fs::File, u64)> {
        let Input::Path(path) = &file.input else { return None };
        if end.compression != Compression::None || end.encoding != Encoding::Utf8 {
            return None;
        }
        let length = if let Text::Whole(text) = text { text.get_ref().len() as u64 } else { file.length()? };
        if !is_large(length, self.options) {
            return None;
        }
        let read = facts.lock().ok()?.bytes;
        Some((std::fs::File::open(path).ok()?, read))
    }

    /// Whether the text of the file is made by a thread of its own: a large one that has to be decompressed or decoded.
    /// Not that of a pipe: who waits for its writer could not be stopped.
    fn is_worth_a_thread(&self, file: &Found, end: &SourceEnd) -> bool {
        let plain = end.compression == Compression::None && end.encoding == Encoding::Utf8;
        self.helped
            && !plain
            && !matches!(file.input, Input::Stdin)
            && file.length().is_some_and(|length| is_large(length, self.options))
    }

    fn table_source<'t>(&self, number: u32, file: &'t Found, start: u64) -> TableSource<'t>
    where
        Self: 't,
    {
        TableSource { source: number, offset: start, stem: stem(&file.path), options: self.options }
    }

    fn fallback_package(&self, file: &Found) -> Option<ExternalId> {
        match self.options.map.as_ref()?.package.as_ref()? {
            ColumnRef::FileStem => Some(ExternalId::new(stem(&file.path))),
            ColumnRef::Constant(value) => Some(ExternalId::new(value)),
            ColumnRef::Name(_) | ColumnRef::Number(_) => None,
        }
    }
}

fn refuse(end: &mut SourceEnd, code: RefusalCode, message: String) {
    end.refused = Some((code, message.into()));
}

fn table_end(outcome: Result<TableEnd, TableError>, end: &mut SourceEnd) {
    match outcome {
        Ok(table) => {
            end.shape = Some(table.shape);
            end.delivered_by_construction = table.delivered_by_construction;
        }
        Err(TableError::Stopped) => {}
        Err(TableError::Io(error)) => {
            refuse(end, RefusalCode::Unreadable, format!("cannot be read: {error}"));
        }
        Err(TableError::HalfKnown(message)) => refuse(end, RefusalCode::UnknownColumns, message),
        Err(TableError::Refused(code, message)) => {
            // A table about something else, met in a folder, is no reason to stop.
            end.skippable = code == RefusalCode::UnknownColumns;
            refuse(end, code, message);
        }
    }
}

fn is_named_a_table(path: &str) -> bool {
    let name = without_compression(path);
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    extension.eq_ignore_ascii_case("csv")
}

fn without_compression(name: &str) -> &str {
    name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(name)
}

/// The name of a file without folders and extensions.
pub(crate) fn stem(path: &str) -> &str {
    let name = without_compression(path.rsplit(['/', '\\']).next().unwrap_or(path));
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Copies the text of a stream that cannot be read twice to a temporary file, and goes on from there.
fn with_copy(mut source: OpenSource<'_>) -> io::Result<(OpenSource<'_>, tempfile::TempPath)> {
    let mut copy = tempfile::Builder::new().prefix("sod-stdin-").tempfile()?;
    // Offsets count the byte order mark, so the copy begins with as many bytes.
    copy.write_all(if source.start == 3 { b"\xef\xbb\xbf".as_slice() } else { b"" })?;
    io::copy(&mut source.text, &mut copy)?;
    let mut file = copy.reopen()?;
    io::copy(&mut (&mut file).take(source.start), &mut io::sink())?;
    source.text = Text::Stream(Box::new(file));
    Ok((source, copy.into_temp_path()))
}

struct JsonHandler<'h, 'w> {
    worker: &'h mut Worker<'w>,
    context: Arc<SourceContext>,
    pages: Vec<PageEnd>,
    /// That of the thread which decompresses the text, if there is one.
    lead: Option<Lead>,
}

impl SplitSink for JsonHandler<'_, '_> {
    fn batch(&mut self, batch: Batch, last: bool) -> bool {
        // The last batch is decoded here: small files never enter the queue. So is whatever the thread that decompresses
        // need not wait for: the text is still in the cache of this processor.
        let keeps_up = self.lead.as_ref().is_some_and(|lead| !lead.is_full());
        let jobs = self.worker.jobs.as_ref().filter(|_| !last && !keeps_up);
        let Some(jobs) = jobs else { return self.worker.decode(&self.context, batch) };
        match jobs.try_send(Job::Batch(Arc::clone(&self.context), batch)) {
            Ok(()) => !self.worker.observer.is_cancelled(),
            Err(refused) => match refused.into_inner() {
                Job::Batch(context, batch) => self.worker.decode(&context, batch),
                Job::Segments(_) | Job::Table(_) => true,
            },
        }
    }

    fn too_large(&mut self, position: Position) {
        self.worker.send(self.context.source, too_large(position));
    }

    fn spare(&mut self) -> Buffers {
        self.worker.spare.pop().unwrap_or_default()
    }

    fn page_end(&mut self, page: PageEnd) {
        // Pages of one query differ in nothing but their links; ends without a link are counted by the join.
        self.pages.push(page);
    }
}

fn too_large(position: Position) -> DecodedPart {
    let rejected = Rejected {
        position,
        code: RejectCode::RecordTooLarge,
        detail: "the record is longer than 64 MiB; no Graph object is".into(),
    };
    DecodedPart { rejected: vec![rejected], ..DecodedPart::default() }
}

fn refuse_split(end: &mut SourceEnd, error: SplitError) {
    match error {
        SplitError::Stopped | SplitError::Paused => {}
        SplitError::Io(error) => refuse(end, RefusalCode::Unreadable, format!("cannot be read: {error}")),
        SplitError::Refused(RefusalCode::GraphError, body, at) => {
            refuse(end, RefusalCode::GraphError, format!("{at}: {}", advice::graph_error(&body)));
        }
        SplitError::Refused(code, message, at) => refuse(end, code, format!("{at}: {message}")),
    }
}
