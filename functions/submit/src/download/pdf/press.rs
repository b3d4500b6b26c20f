//! From lines on pages to the file, with the tags that make it readable without eyes.
//!
//! Invariant: everything drawn is tagged, as a part of the document or as an artifact.

use std::num::NonZeroU16;

use jiff::Timestamp;
use krilla::{
    Document, SerializeSettings,
    color::rgb,
    configure::{Accessibility, Configuration, ConfigurationBuilder},
    destination::XyzDestination,
    geom::{PathBuilder, Point},
    metadata::{DateTime, Metadata},
    outline::{Outline, OutlineNode},
    page::PageSettings,
    paint::{Fill, Stroke},
    surface::Surface,
    tagging::{
        Artifact, ArtifactType, ContentTag, Identifier, Node, SpanTag, TableHeaderScope, Tag, TagGroup,
        TagKind, TagTree,
    },
};
use shared::domain::calendar::JAPAN;

use super::{
    PdfError,
    layout::{Element, Layout, MARGIN, PAGE_HEIGHT, PAGE_WIDTH, Sheet},
    typeface::Typeface,
};

const LANGUAGE: &str = "ja";
const FOOTER_SIZE: f32 = 8.5;

/// What stands around the text.
pub(super) struct Imprint<'a> {
    pub(super) title: &'a str,
    /// At the foot of every page.
    pub(super) footer: &'a str,
    pub(super) at: Timestamp,
}

pub(super) fn print(
    layout: &Layout,
    typeface: &Typeface,
    imprint: &Imprint<'_>,
) -> Result<Vec<u8>, PdfError> {
    let settings = SerializeSettings { configuration: accessible()?, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    document.set_metadata(metadata(imprint));
    let mut drawn: Vec<Vec<Identifier>> = vec![Vec::new(); layout.texts];
    for (index, sheet) in layout.sheets.iter().enumerate() {
        let size = PageSettings::from_wh(PAGE_WIDTH, PAGE_HEIGHT);
        let size = size.ok_or_else(|| PdfError::Writer("the page has no size".to_owned()))?;
        let mut page = document.start_page_with(size);
        let mut surface = page.surface();
        draw_lines(sheet, typeface, &mut surface, &mut drawn);
        draw_rules(sheet, &mut surface);
        let footer = format!("{}　{} / {}", imprint.footer, index + 1, layout.sheets.len());
        draw_footer(&footer, typeface, &mut surface);
        surface.finish();
        page.finish();
    }
    document.set_outline(outline(layout));
    document.set_tag_tree(tags(&layout.elements, drawn));
    document.finish().map_err(|error| PdfError::Writer(format!("{error:?}")))
}

fn accessible() -> Result<Configuration, PdfError> {
    let builder = ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1);
    builder.finish().map_err(|error| PdfError::Writer(format!("{error:?}")))
}

fn metadata(imprint: &Imprint<'_>) -> Metadata {
    let at = JAPAN.to_datetime(imprint.at);
    let part = |number: i8| u8::try_from(number).unwrap_or_default();
    let created = DateTime::new(u16::try_from(at.year()).unwrap_or_default())
        .month(part(at.month()))
        .day(part(at.day()))
        .hour(part(at.hour()))
        .minute(part(at.minute()))
        .second(part(at.second()))
        .utc_offset_hour(9)
        .utc_offset_minute(0);
    Metadata::new()
        .title(imprint.title.to_owned())
        .language(LANGUAGE.to_owned())
        .authors(vec!["厚生労働省G-MIS事務局".to_owned()])
        .creation_date(created)
}

fn draw_lines(sheet: &Sheet, typeface: &Typeface, surface: &mut Surface<'_>, drawn: &mut [Vec<Identifier>]) {
    surface.set_fill(Some(Fill { paint: rgb::Color::new(26, 26, 26).into(), ..Fill::default() }));
    for placed in &sheet.lines {
        let identifier = surface.start_tagged(ContentTag::Span(SpanTag::empty()));
        let at = Point::from_xy(placed.x, placed.y);
        surface.draw_glyphs(at, &placed.line.glyphs, typeface.font(), &placed.line.text, placed.size, false);
        surface.end_tagged();
        if let Some(identifiers) = drawn.get_mut(placed.text) {
            identifiers.push(identifier);
        }
    }
}

fn draw_rules(sheet: &Sheet, surface: &mut Surface<'_>) {
    surface.set_fill(None);
    surface.set_stroke(Some(Stroke {
        paint: rgb::Color::new(180, 180, 180).into(),
        width: 0.5,
        ..Stroke::default()
    }));
    for y in &sheet.rules {
        let mut path = PathBuilder::new();
        path.move_to(MARGIN, *y);
        path.line_to(PAGE_WIDTH - MARGIN, *y);
        if let Some(path) = path.finish() {
            surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
            surface.draw_path(&path);
            surface.end_tagged();
        }
    }
    surface.set_stroke(None);
}

fn draw_footer(text: &str, typeface: &Typeface, surface: &mut Surface<'_>) {
    surface.set_fill(Some(Fill { paint: rgb::Color::new(90, 90, 90).into(), ..Fill::default() }));
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)));
    for line in typeface.lines(text, (PAGE_WIDTH - 2.0 * MARGIN) / FOOTER_SIZE) {
        let at = Point::from_xy(MARGIN, PAGE_HEIGHT - MARGIN + 14.0);
        surface.draw_glyphs(at, &line.glyphs, typeface.font(), &line.text, FOOTER_SIZE, false);
    }
    surface.end_tagged();
}

fn outline(layout: &Layout) -> Outline {
    let mut outline = Outline::new();
    for (text, page, y) in &layout.headings {
        let place = XyzDestination::new(*page, Point::from_xy(MARGIN, *y));
        outline.push_child(OutlineNode::new(text.clone(), place));
    }
    outline
}

fn tags(elements: &[Element], mut drawn: Vec<Vec<Identifier>>) -> TagTree {
    let mut tree = TagTree::new().with_lang(Some(LANGUAGE.to_owned()));
    let mut lines_of = |text: usize| -> Vec<Node> {
        drawn.get_mut(text).map(std::mem::take).unwrap_or_default().into_iter().map(Node::from).collect()
    };
    for element in elements {
        tree.push(match element {
            Element::Heading { level, title, text } => {
                TagGroup::with_children(heading(*level, title), lines_of(*text))
            }
            Element::Paragraph(text) => TagGroup::with_children(Tag::P, lines_of(*text)),
            Element::Table(rows) => TagGroup::with_children(
                Tag::Table,
                rows.iter().map(|(label, text)| row(lines_of(*label), lines_of(*text))).collect(),
            ),
        });
    }
    tree
}

fn heading(level: u16, title: &str) -> TagKind {
    let level = NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN);
    Tag::Hn(level, Some(title.to_owned())).into()
}

fn row(label: Vec<Node>, text: Vec<Node>) -> Node {
    let cell = |kind: TagKind, lines: Vec<Node>| {
        TagGroup::with_children(kind, vec![TagGroup::with_children(Tag::P, lines).into()]).into()
    };
    let label = cell(Tag::TH(TableHeaderScope::Row).into(), label);
    TagGroup::with_children(Tag::TR, vec![label, cell(Tag::TD.into(), text)]).into()
}
