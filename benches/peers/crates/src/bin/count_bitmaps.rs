//! Bitmaps of users, every two intersected: `count_bitmaps roaring|croaring DIR [--reps N] [--threads N] [--patience S]`.
//!
//! Building the bitmaps is not timed (`build_s`); the counts end up as a list in memory, as with the other libraries.

use rayon::prelude::*;
use sod_peers::{arguments::Arguments, fingerprint::Fingerprint, tenant::Tenant};
use std::{path::Path, process::ExitCode, time::Instant};

trait Bitmap: Sync + Send {
    fn of(users: &[u32]) -> Self;
    fn shared(&self, other: &Self) -> u64;
}

impl Bitmap for roaring::RoaringBitmap {
    fn of(users: &[u32]) -> Self {
        Self::from_sorted_iter(users.iter().copied()).expect("users ascend")
    }

    fn shared(&self, other: &Self) -> u64 {
        self.intersection_len(other)
    }
}

impl Bitmap for croaring::Bitmap {
    fn of(users: &[u32]) -> Self {
        let mut bitmap = Self::of(users);
        bitmap.run_optimize();
        bitmap
    }

    fn shared(&self, other: &Self) -> u64 {
        self.and_cardinality(other)
    }
}

type Counts = Vec<(u32, u32, u32)>;

fn count<B: Bitmap>(bitmaps: &[B]) -> Counts {
    let low = (0..bitmaps.len()).into_par_iter().with_max_len(1);
    low.flat_map_iter(|low| {
        let others = bitmaps.iter().enumerate().skip(low + 1);
        others.filter_map(move |(high, other)| {
            let shared = bitmaps[low].shared(other);
            (shared > 0).then_some((low as u32, high as u32, shared as u32))
        })
    })
    .collect()
}

fn contend<B: Bitmap>(arguments: &Arguments) -> Result<(), String> {
    let (reps, patience) = (arguments.option("reps", 3)?, arguments.option("patience", 30.0)?);
    let tenant = Tenant::read(Path::new(arguments.place(1, "DIR")?))?;
    let begun = Instant::now();
    let bitmaps: Vec<B> = tenant.columns().par_iter().map(|users| B::of(users)).collect();
    let build = begun.elapsed().as_secs_f64();
    let (mut taken, mut counts) = (Vec::new(), Counts::new());
    while taken.len() < reps && taken.iter().sum::<f64>() <= patience {
        drop(counts);
        let begun = Instant::now();
        counts = count(&bitmaps);
        taken.push(begun.elapsed().as_secs_f64());
    }
    let mut answer = Fingerprint::default();
    for (low, high, count) in counts {
        answer.add(tenant.packages as u64, low, high, count.into());
    }
    let Fingerprint { pairs, total, hash } = answer;
    println!(r#"{{"kernel_s":{taken:?},"build_s":{build},"pairs":{pairs},"total":{total},"hash":{hash}}}"#);
    Ok(())
}

fn run() -> Result<(), String> {
    let arguments = Arguments::read()?;
    arguments.start_threads()?;
    match arguments.place(0, "roaring or croaring")? {
        "roaring" => contend::<roaring::RoaringBitmap>(&arguments),
        "croaring" => contend::<croaring::Bitmap>(&arguments),
        other => Err(format!("`{other}`: roaring or croaring")),
    }
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("count_bitmaps: {message}");
            ExitCode::FAILURE
        }
    }
}
