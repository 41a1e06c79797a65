//! How cells look. Severity is a word first: the colour only repeats it, and the worst is bold.

use super::sheet::Kind;
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};
use sod_model::Severity;

/// The formats of a workbook.
pub(super) struct Styles {
    pub(super) header: Format,
    pub(super) strong: Format,
    text: Format,
    count: Format,
    share: Format,
    ratio: Format,
    moment: Format,
    severities: [Format; 4],
}

impl Styles {
    pub(super) fn new() -> Self {
        let plain = || Format::new().set_align(FormatAlign::Top);
        let severity = |fill: u32, letters: u32| {
            plain().set_background_color(Color::RGB(fill)).set_font_color(Color::RGB(letters))
        };
        Self {
            header: Format::new()
                .set_bold()
                .set_background_color(Color::RGB(0x00E4_E9F0))
                .set_border_bottom(FormatBorder::Thin),
            // `@` is the format of text: nothing that is typed over it becomes a formula either.
            text: plain().set_num_format("@"),
            strong: plain().set_bold(),
            count: plain().set_num_format("#,##0"),
            share: plain().set_num_format("0.0%"),
            ratio: plain().set_num_format("#,##0.00"),
            moment: plain().set_num_format("yyyy-mm-dd hh:mm:ss"),
            severities: [
                severity(0x009C_1C28, 0x00FF_FFFF).set_bold(),
                severity(0x00F6_C7B6, 0x0000_0000).set_bold(),
                severity(0x00FB_E9B7, 0x0000_0000),
                severity(0x00E6_EEF7, 0x0000_0000),
            ],
        }
    }

    pub(super) fn of(&self, kind: Kind) -> &Format {
        match kind {
            Kind::Text => &self.text,
            Kind::Count => &self.count,
            Kind::Share => &self.share,
            Kind::Ratio => &self.ratio,
            Kind::Moment => &self.moment,
        }
    }

    pub(super) fn severity(&self, severity: Severity) -> &Format {
        let [critical, high, medium, low] = &self.severities;
        match severity {
            Severity::Critical => critical,
            Severity::High => high,
            Severity::Medium => medium,
            Severity::Low => low,
        }
    }
}
