//! GET /leaflet — a page that prefectures print and hand out; GET /leaflet/{qr.svg,qr.png} — the code on it.
//!
//! Architecture invariant: the code holds the address of the entry page of this very deployment, and nothing else.

use askama::Template;
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use fast_qr::{
    ECL, QRBuilder, QRCode,
    convert::{Builder, Shape, svg::SvgBuilder},
};
use serde::Serialize;
use shared::{
    guidance::{GUIDANCE, Guidance, TAKES},
    runtime::BoxError,
    web::{Page, Problem},
};

use crate::{
    Site,
    front::{STAGES, Stage},
    ways::APPLY,
};

/// Modules of white around the code, as the standard (ISO/IEC 18004) wants it.
const QUIET_ZONE: usize = 4;
/// Pixels a module: printed at 300 dots an inch the code is about 5 cm wide.
const SCALE: usize = 14;

#[derive(Template, Serialize)]
#[template(path = "leaflet.html")]
pub(crate) struct Leaflet {
    entry: String,
    guidance: Guidance,
    takes: &'static str,
    stages: &'static [Stage],
}

/// The code of the entry page's address in both forms, drawn once.
pub(crate) struct EntryCode {
    svg: String,
    png: Vec<u8>,
}

impl EntryCode {
    pub(crate) fn of(origin: &str) -> Result<Self, BoxError> {
        // A quarter of the code may be covered or smudged.
        let code = QRBuilder::new(entry(origin)).ecl(ECL::Q).build()?;
        let svg = SvgBuilder::default().margin(QUIET_ZONE).shape(Shape::Square).to_str(&code);
        Ok(Self { svg, png: png(&code)? })
    }
}

pub(crate) async fn show(State(site): State<Site>) -> Result<Page<Leaflet>, Problem> {
    Ok(Page::ok(Leaflet { entry: entry(&site.origin), guidance: GUIDANCE, takes: TAKES, stages: STAGES }))
}

pub(crate) async fn svg(State(site): State<Site>) -> Response {
    image("image/svg+xml", site.code.svg.clone().into_bytes())
}

pub(crate) async fn png_image(State(site): State<Site>) -> Response {
    image("image/png", site.code.png.clone())
}

fn image(content_type: &'static str, bytes: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, "public, max-age=3600")], bytes)
        .into_response()
}

fn entry(origin: &str) -> String {
    format!("{origin}{}", APPLY.path)
}

/// One bit a pixel, black on white.
fn png(code: &QRCode) -> Result<Vec<u8>, png::EncodingError> {
    let side = (code.size + 2 * QUIET_ZONE) * SCALE;
    let width = u32::try_from(side).unwrap_or(u32::MAX);
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, width);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    let mut writer = encoder.write_header()?;
    let mut pixels = Vec::with_capacity(side * side.div_ceil(8));
    for y in 0..side {
        let mut line = vec![0_u8; side.div_ceil(8)];
        for x in (0..side).filter(|x| !is_dark(code, x / SCALE, y / SCALE)) {
            line[x / 8] |= 0x80 >> (x % 8);
        }
        pixels.extend(line);
    }
    writer.write_image_data(&pixels)?;
    writer.finish()?;
    Ok(bytes)
}

/// Whether the module at this place, counted with the quiet zone, is dark.
fn is_dark(code: &QRCode, x: usize, y: usize) -> bool {
    let inside = |at: usize| at.checked_sub(QUIET_ZONE).filter(|at| *at < code.size);
    matches!((inside(x), inside(y)), (Some(x), Some(y)) if code[y][x].value())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: &str = "https://register.example.jp";

    /// What a phone's camera reads.
    fn read(width: usize, is_dark: impl Fn(usize, usize) -> bool) -> String {
        let mut image =
            rqrr::PreparedImage::prepare_from_greyscale(
                width,
                width,
                |x, y| {
                    if is_dark(x, y) { 0 } else { 255 }
                },
            );
        let grids = image.detect_grids();
        assert_eq!(grids.len(), 1);
        grids[0].decode().unwrap().1
    }

    #[test]
    fn the_png_leads_to_the_entry_page() {
        let code = EntryCode::of(ORIGIN).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(&code.png)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut pixels).unwrap();
        let (width, line) = (frame.width as usize, frame.line_size);
        let text = read(width, |x, y| pixels[y * line + x / 8] & (0x80 >> (x % 8)) == 0);
        assert_eq!(text, "https://register.example.jp/user-Registration-Form");
        assert!(code.png.len() < 4_000, "{} bytes", code.png.len());
    }

    #[test]
    fn the_svg_is_the_same_code() {
        let code = EntryCode::of(ORIGIN).unwrap();
        let drawn = QRBuilder::new(entry(ORIGIN)).ecl(ECL::Q).build().unwrap();
        let dark = (0..drawn.size).flat_map(|y| (0..drawn.size).map(move |x| (x, y)));
        let dark = dark.filter(|(x, y)| drawn[*y][*x].value());
        for (x, y) in dark {
            let square = format!("M{},{}h1v1h-1", x + QUIET_ZONE, y + QUIET_ZONE);
            assert!(code.svg.contains(&square), "{square}");
        }
        assert!(!code.svg.contains("style=") && !code.svg.contains("<script"));
        assert!(code.svg.len() < 20_000, "{} bytes", code.svg.len());
    }
}
