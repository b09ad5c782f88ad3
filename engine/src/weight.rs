//! What rows take, for the bounds on what an answer may hold.

use datafusion::arrow::array::{Array, ArrayData, ArrayRef, AsArray, RecordBatch};

/// The bytes of a batch's rows, near enough to bound them. Of buffers that several batches share, each has its own part.
pub(crate) fn bytes_of(batch: &RecordBatch) -> usize {
    batch.columns().iter().map(of_column).sum()
}

fn of_column(column: &ArrayRef) -> usize {
    match column.as_string_view_opt() {
        // Its texts are in buffers that the count below leaves out.
        Some(texts) => texts.iter().map(|text| VIEW + text.map_or(0, str::len)).sum(),
        None => of_data(&column.to_data()),
    }
}

fn of_data(data: &ArrayData) -> usize {
    if data.is_empty() {
        return 0;
    }
    let children = data.child_data();
    if children.is_empty() {
        return data.get_slice_memory_size().unwrap_or_else(|_| data.get_array_memory_size());
    }
    PLACE * data.len() + children.iter().map(of_data).sum::<usize>()
}

/// What a text takes beside its letters.
const VIEW: usize = 16;
/// What a list, a map or a reference takes in its own column.
const PLACE: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::arrow::array::{Int64Array, ListArray, StringArray, StringViewArray};
    use datafusion::arrow::datatypes::Int64Type;
    use std::sync::Arc;

    fn bytes(column: impl Array + 'static) -> usize {
        let column: ArrayRef = Arc::new(column);
        bytes_of(&RecordBatch::try_from_iter([("c", column)]).unwrap())
    }

    #[test]
    fn a_batch_weighs_what_its_rows_take_and_a_part_of_it_a_part() {
        let texts = StringArray::from(vec!["x".repeat(1_000); 100]);
        assert_eq!(bytes(texts.slice(7, 10)), 10_000 + 4 * 11);
        assert_eq!(bytes(texts), 100_000 + 4 * 101);
        assert_eq!(bytes(StringViewArray::from(vec!["x".repeat(1_000).as_str(); 100])), 100 * (1_000 + VIEW));
        assert_eq!(bytes(Int64Array::from(vec![1; 100])), 800);
        let lists = ListArray::from_iter_primitive::<Int64Type, _, _>(vec![Some(vec![Some(1), Some(2)]); 10]);
        assert!((240..=260).contains(&bytes(lists)), "eight for each list, and sixteen for its values");
        assert_eq!(bytes(StringArray::from(Vec::<&str>::new())), 0);
    }
}
