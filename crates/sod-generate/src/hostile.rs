//! Display names that an attacker would choose.

/// A hostile name, made unique by the harmless one. No blanks at its ends: readers may trim.
pub(crate) fn hostile_name(number: u32, harmless: &str) -> String {
    match number / 3 % 12 {
        0 => format!("=cmd|' /C calc'!A0 {harmless}"),
        1 => format!("+HYPERLINK(\"http://evil.example\",\"{harmless}\")"),
        2 => format!("@SUM(1+1)*{harmless}"),
        3 => format!("-2+3+{harmless}"),
        4 => format!("\"quoted\" and 'single' \\ back / {harmless}"),
        5 => format!("two\r\nlines\tand a tab: {harmless}"),
        6 => format!("control \u{1}\u{7}\u{1b}[31m\u{7f} {harmless}"),
        7 => format!("\u{202e}gnp.exe\u{202c} {harmless}"),
        8 => format!("<script>alert('{harmless}')</script><img src=x onerror=alert(1)>"),
        9 => format!("{harmless} {}", "very long ".repeat(300).trim_end()),
        10 => format!("a,b;c\td|{harmless};"),
        _ => format!("😀 e\u{301} \u{feff}ﷺ {harmless} ${{jndi:ldap://x}} %s{{{{7*7}}}}"),
    }
}
