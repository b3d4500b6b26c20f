//! The look and the scripts: embedded, addressed by their content, so that a browser may keep them for
//! ever and never shows an old one.
//!
//! A new file is one row of [`Asset::ALL`]; templates name it `{{ shared::web::asset("site.css") }}`.

/// A file under `/assets/`.
pub struct Asset {
    name: &'static str,
    content_type: &'static str,
    /// Sent one after the other.
    parts: &'static [&'static [u8]],
    hash: u64,
}

const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

impl Asset {
    pub const ALL: &[Self] = &[
        Self::new(
            "site.css",
            CSS,
            &[include_bytes!("../../assets/tokens.css"), include_bytes!("../../assets/site.css")],
        ),
        Self::new("form.js", JAVASCRIPT, &[include_bytes!("../../assets/form.js")]),
        Self::new("address.js", JAVASCRIPT, &[include_bytes!("../../assets/address.js")]),
        Self::new("institution-kind.js", JAVASCRIPT, &[include_bytes!("../../assets/institution-kind.js")]),
        Self::new("robot-check.js", JAVASCRIPT, &[include_bytes!("../../assets/robot-check.js")]),
        Self::new(
            "robot-check-worker.js",
            JAVASCRIPT,
            &[include_bytes!("../../assets/robot-check-worker.js")],
        ),
        Self::new("code-mail.js", JAVASCRIPT, &[include_bytes!("../../assets/code-mail.js")]),
        Self::new("select-page.js", JAVASCRIPT, &[include_bytes!("../../assets/select-page.js")]),
        Self::new("import.js", JAVASCRIPT, &[include_bytes!("../../assets/import.js")]),
        Self::new("reject.js", JAVASCRIPT, &[include_bytes!("../../assets/reject.js")]),
        Self::new("icon.svg", SVG, &[include_bytes!("../../assets/icon.svg")]),
    ];

    /// The asset that `file` (the last segment of the address) names, and whether it names exactly this
    /// content. An address of an older release still finds the file, but must not be kept.
    pub fn requested(file: &str) -> Option<(&'static Self, bool)> {
        Self::ALL.iter().find_map(|asset| {
            if asset.name == file {
                return Some((asset, false));
            }
            let (stem, extension) = asset.name.rsplit_once('.')?;
            let hash =
                file.strip_prefix(stem)?.strip_prefix('.')?.strip_suffix(extension)?.strip_suffix('.')?;
            let is_hash = hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
            is_hash.then(|| (asset, hash == asset.version()))
        })
    }

    /// Changes with the content.
    pub fn version(&self) -> String {
        format!("{:016x}", self.hash)
    }

    pub fn content_type(&self) -> &'static str {
        self.content_type
    }

    pub fn content(&self) -> Vec<u8> {
        self.parts.concat()
    }

    const fn new(name: &'static str, content_type: &'static str, parts: &'static [&'static [u8]]) -> Self {
        Self { name, content_type, parts, hash: fnv1a(parts) }
    }
}

/// The address of an asset, for templates.
pub fn asset(name: &str) -> String {
    let versioned = Asset::ALL.iter().find(|asset| asset.name == name).and_then(|asset| {
        let (stem, extension) = name.rsplit_once('.')?;
        Some(format!("/assets/{stem}.{}.{extension}", asset.version()))
    });
    versioned.unwrap_or_else(|| format!("/assets/{name}"))
}

/// FNV-1a, 64 bits: tells versions apart (nobody gains anything by a collision), and runs at build time.
const fn fnv1a(parts: &[&[u8]]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut part = 0;
    while part < parts.len() {
        let bytes = parts[part];
        let mut index = 0;
        while index < bytes.len() {
            hash = (hash ^ bytes[index] as u64).wrapping_mul(0x0100_0000_01b3);
            index += 1;
        }
        part += 1;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_asset_is_found_by_its_current_an_older_and_no_version() {
        let address = asset("site.css");
        let current = address.strip_prefix("/assets/").unwrap();
        assert!(Asset::requested(current).is_some_and(|(_, is_current)| is_current));
        assert!(Asset::requested("site.0123456789abcdef.css").is_some_and(|(_, is_current)| !is_current));
        assert!(Asset::requested("site.css").is_some_and(|(_, is_current)| !is_current));
        for unknown in
            ["", "site", "site..css", "site.xyz.css", "tokens.css", "../Cargo.toml", "site.css.css"]
        {
            assert!(Asset::requested(unknown).is_none(), "{unknown}");
        }
    }

    #[test]
    fn the_look_is_small() {
        let bytes = Asset::requested("site.css").unwrap().0.content().len();
        assert!(bytes < 30_000, "{bytes} bytes of CSS");
    }

    #[test]
    fn the_hash_is_fnv_1a() {
        assert_eq!(fnv1a(&[b"foo", b"bar"]), 0x8594_4171_f739_67e8);
    }
}
