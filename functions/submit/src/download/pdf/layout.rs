//! From what the copy says to lines on A4 pages.
//!
//! Invariant: every line knows the text that it belongs to, so that the tags follow the order of reading, page breaks or
//! not.

use super::typeface::{Line, Typeface};

/// A4, in points.
pub(super) const PAGE_WIDTH: f32 = 595.0;
pub(super) const PAGE_HEIGHT: f32 = 842.0;
pub(super) const MARGIN: f32 = 50.0;

const TEXT_SIZE: f32 = 10.0;
const TITLE_SIZE: f32 = 18.0;
const HEADING_SIZE: f32 = 13.0;
const LINE_HEIGHT: f32 = 1.5;
const LABEL_WIDTH: f32 = 140.0;
const ROW_PADDING: f32 = 1.5;
const BOTTOM: f32 = PAGE_HEIGHT - MARGIN - 12.0;

/// One block of the document.
pub(super) enum Block {
    Title(String),
    Heading(String),
    Paragraph(String),
    /// Rows of a label and a text.
    Table(Vec<(String, String)>),
}

/// A part of the document in reading order. A number names the lines that belong together.
pub(super) enum Element {
    Heading {
        level: u16,
        title: String,
        text: usize,
    },
    Paragraph(usize),
    /// Label and text of each row.
    Table(Vec<(usize, usize)>),
}

/// A line at its place.
pub(super) struct Placed {
    pub(super) line: Line,
    pub(super) x: f32,
    /// The baseline, from the top.
    pub(super) y: f32,
    pub(super) size: f32,
    /// Which of the document's texts it belongs to.
    pub(super) text: usize,
}

#[derive(Default)]
pub(super) struct Sheet {
    pub(super) lines: Vec<Placed>,
    /// Heights of the rules below the rows of tables.
    pub(super) rules: Vec<f32>,
}

/// The pages, and the document in reading order.
pub(super) struct Layout {
    pub(super) sheets: Vec<Sheet>,
    pub(super) elements: Vec<Element>,
    /// How many texts the elements name.
    pub(super) texts: usize,
    /// Page and height of each heading, for the outline.
    pub(super) headings: Vec<(String, usize, f32)>,
    y: f32,
}

impl Layout {
    pub(super) fn of(blocks: &[Block], typeface: &Typeface) -> Self {
        let (sheets, elements, headings) = (vec![Sheet::default()], Vec::new(), Vec::new());
        let mut layout = Self { sheets, elements, texts: 0, headings, y: MARGIN };
        for block in blocks {
            let element = layout.set(block, typeface);
            layout.elements.push(element);
        }
        layout
    }

    fn set(&mut self, block: &Block, typeface: &Typeface) -> Element {
        match block {
            Block::Title(text) => {
                let title = self.headed(text, TITLE_SIZE, typeface);
                self.y += 6.0;
                Element::Heading { level: 1, title: text.clone(), text: title }
            }
            Block::Heading(text) => {
                // A heading does not stand alone at the foot of a page.
                self.y += 14.0;
                self.make_room(HEADING_SIZE * LINE_HEIGHT + 3.0 * TEXT_SIZE * LINE_HEIGHT);
                let heading = self.headed(text, HEADING_SIZE, typeface);
                self.y += 2.0;
                Element::Heading { level: 2, title: text.clone(), text: heading }
            }
            Block::Paragraph(text) => {
                let paragraph = self.text(text, TEXT_SIZE, typeface);
                self.y += 4.0;
                Element::Paragraph(paragraph)
            }
            Block::Table(rows) => {
                let rows = rows.iter().map(|(label, text)| self.row(label, text, typeface));
                Element::Table(rows.collect())
            }
        }
    }

    fn headed(&mut self, text: &str, size: f32, typeface: &Typeface) -> usize {
        self.make_room(size * LINE_HEIGHT);
        self.headings.push((text.to_owned(), self.sheets.len() - 1, self.y));
        self.text(text, size, typeface)
    }

    fn text(&mut self, text: &str, size: f32, typeface: &Typeface) -> usize {
        let number = self.next_text();
        for line in typeface.lines(text, (PAGE_WIDTH - 2.0 * MARGIN) / size) {
            self.make_room(size * LINE_HEIGHT);
            self.y += size * LINE_HEIGHT;
            self.place(line, MARGIN, size, number);
        }
        number
    }

    /// A label and its text side by side; the row goes on over the page's end where it must.
    fn row(&mut self, label: &str, text: &str, typeface: &Typeface) -> (usize, usize) {
        let numbers = (self.next_text(), self.next_text());
        let cell_width = PAGE_WIDTH - 2.0 * MARGIN - LABEL_WIDTH;
        let mut labels = typeface.lines(label, (LABEL_WIDTH - 8.0) / TEXT_SIZE).into_iter();
        let mut cells = typeface.lines(text, cell_width / TEXT_SIZE).into_iter();
        self.y += ROW_PADDING;
        loop {
            let (label, cell) = (labels.next(), cells.next());
            if label.is_none() && cell.is_none() {
                break;
            }
            self.make_room(TEXT_SIZE * LINE_HEIGHT);
            self.y += TEXT_SIZE * LINE_HEIGHT;
            if let Some(line) = label {
                self.place(line, MARGIN, TEXT_SIZE, numbers.0);
            }
            if let Some(line) = cell {
                self.place(line, MARGIN + LABEL_WIDTH, TEXT_SIZE, numbers.1);
            }
        }
        self.y += ROW_PADDING + 3.0;
        let y = self.y;
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.rules.push(y);
        }
        numbers
    }

    fn next_text(&mut self) -> usize {
        self.texts += 1;
        self.texts - 1
    }

    fn make_room(&mut self, height: f32) {
        if self.y + height > BOTTOM {
            self.sheets.push(Sheet::default());
            self.y = MARGIN;
        }
    }

    fn place(&mut self, line: Line, x: f32, size: f32, text: usize) {
        let y = self.y;
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.lines.push(Placed { line, x, y, size, text });
        }
    }
}
