//! `table`: for reading in a terminal. Long cells go on in the next line; none is cut.

use super::View;
use super::grid::{Style, heading};
use super::widths::{Wish, widths};
use crate::reply::{Reply, rows};
use comfy_table::{
    Attribute, Cell, CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width,
};
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
    let heads: Vec<_> = answer.columns.iter().zip(&styles).map(|(column, style)| (heading(column), *style)).collect();
    let lines =
        rows(answer).take(shown).map(|row| styles.iter().enumerate().map(|(at, s)| s.show(&row.json(at))).collect());
    put(&heads, &lines.collect::<Vec<_>>(), view, out)?;
    if answer.row_count > shown {
        writeln!(out, "… {} more", answer.row_count - shown)?;
    }
    Ok(())
}

/// Writes texts that are no answer: the list of tables, a plan.
pub fn write_texts(headings: &[&str], lines: &[Vec<String>], view: View, out: &mut dyn Write) -> io::Result<()> {
    let heads: Vec<_> = headings.iter().map(|name| ((*name).to_owned(), Style::Plain)).collect();
    put(&heads, lines, view, out)
}

fn put(heads: &[(String, Style)], lines: &[Vec<String>], view: View, out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new();
    table.load_style(STYLE);
    if view.color {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    let aligned = |cell: Cell, style: Style| {
        if style.is_right() { cell.set_alignment(CellAlignment::Right) } else { cell }
    };
    table.set_header(heads.iter().map(|(name, style)| {
        let cell = Cell::new(name);
        aligned(if view.color { cell.add_attribute(Attribute::Bold) } else { cell }, *style)
    }));
    for line in lines {
        table.add_row(line.iter().zip(heads).map(|(cell, (_, style))| aligned(Cell::new(cell), *style)));
    }
    fit(&mut table, heads, lines, view.width);
    for line in table.lines() {
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// Two blanks between columns where they fit, else one and columns that give way.
fn fit(table: &mut Table, heads: &[(String, Style)], lines: &[Vec<String>], line_width: Option<u16>) {
    let wishes: Vec<_> = heads
        .iter()
        .enumerate()
        .map(|(at, (name, _))| lines.iter().fold(Wish::default().and(name), |wish, line| wish.and(&line[at])))
        .collect();
    let gaps = heads.len().saturating_sub(1);
    let is_roomy = |width: usize| wishes.iter().map(|wish| wish.cell).sum::<usize>() + 2 * gaps <= width;
    let line_width = line_width.map(usize::from);
    // One blank is the separator's own, which a line with junctions brings along.
    let padding: u16 = if line_width.is_none_or(is_roomy) { 1 } else { 0 };
    let widths =
        line_width.filter(|width| !is_roomy(*width)).and_then(|width| widths(&wishes, width.saturating_sub(gaps)));
    let last = heads.len().saturating_sub(1);
    for (at, column) in table.column_iter_mut().enumerate() {
        let padding = if at == last { 0 } else { padding };
        column.set_padding((0, padding));
        if let Some(widths) = &widths {
            let width = u16::try_from(widths[at]).unwrap_or(u16::MAX).saturating_add(padding);
            column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)));
        }
    }
    table.set_content_arrangement(match widths {
        Some(_) => ContentArrangement::Dynamic,
        None => ContentArrangement::Disabled,
    });
    if let Some(width) = line_width.filter(|_| widths.is_some()) {
        table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
    }
}
