//! `table`: for reading in a terminal. Long cells go on in the next line; none is cut.

use super::View;
use super::grid::{Style, heading};
use crate::reply::{Reply, rows};
use comfy_table::{Attribute, Cell, CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};
use std::io::{self, Write};

/// A line below the headings, and blanks between the columns: quiet, and easy to copy from.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// Writes the rows of a reply.
pub fn write(reply: &Reply, view: View, out: &mut dyn Write) -> io::Result<()> {
    let Some(answer) = reply.answer() else { return Ok(()) };
    if answer.row_count == 0 {
        return Ok(());
    }
    let shown = view.first_rows.unwrap_or(usize::MAX);
    let styles: Vec<_> = (0..answer.columns.len())
        .map(|at| Style::of(answer, at, rows(answer).take(shown).map(|row| row.json(at))))
        .collect();
    let mut table = empty(view);
    table.set_header(answer.columns.iter().zip(&styles).map(|(column, style)| head(&heading(column), *style, view)));
    for row in rows(answer).take(shown) {
        table.add_row(styles.iter().enumerate().map(|(at, style)| {
            let cell = Cell::new(style.show(&row.json(at)));
            if style.is_right() { cell.set_alignment(CellAlignment::Right) } else { cell }
        }));
    }
    put(&mut table, out)?;
    if answer.row_count > shown {
        writeln!(out, "… {} more", answer.row_count - shown)?;
    }
    Ok(())
}

/// Writes texts that are no answer: the list of tables, a plan.
pub fn write_texts(headings: &[&str], lines: &[Vec<String>], view: View, out: &mut dyn Write) -> io::Result<()> {
    let mut table = empty(view);
    table.set_header(headings.iter().map(|name| head(name, Style::Plain, view)));
    for line in lines {
        table.add_row(line.clone());
    }
    put(&mut table, out)
}

fn empty(view: View) -> Table {
    let mut table = Table::new();
    table.load_style(STYLE);
    match view.width {
        Some(width) => {
            table.set_content_arrangement(ContentArrangement::Dynamic);
            table.set_width(width);
        }
        None => {
            table.set_content_arrangement(ContentArrangement::Disabled);
        }
    }
    if view.color {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    table
}

fn head(name: &str, style: Style, view: View) -> Cell {
    let mut cell = Cell::new(name);
    if view.color {
        cell = cell.add_attribute(Attribute::Bold);
    }
    if style.is_right() { cell.set_alignment(CellAlignment::Right) } else { cell }
}

fn put(table: &mut Table, out: &mut dyn Write) -> io::Result<()> {
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    for line in table.lines() {
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}
