//! Rows gathered by column, and what the columns are to Parquet.

use std::fmt;
use std::io::Write;
use std::sync::Arc;

use parquet::basic::{LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type,
};
use parquet::errors::ParquetError;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{Type, TypePtr};

use crate::cli::export::table::{Column, Kind, Value};

/// The schema of a file. A publish time is text, since pages give it to the day or to the second.
pub(super) fn schema(columns: &[Column]) -> Result<TypePtr, ParquetError> {
    let fields: Result<Vec<TypePtr>, ParquetError> = columns
        .iter()
        .map(|column| {
            let (physical, logical) = types(column.kind);
            let field = Type::primitive_type_builder(column.name, physical)
                .with_repetition(Repetition::OPTIONAL)
                .with_logical_type(logical)
                .build()?;
            Ok(Arc::new(field))
        })
        .collect();
    let schema = Type::group_type_builder("zhanwen").with_fields(fields?);
    Ok(Arc::new(schema.build()?))
}

fn types(kind: Kind) -> (Physical, Option<LogicalType>) {
    match kind {
        Kind::Text | Kind::Paragraphs | Kind::Url | Kind::PublishTime | Kind::Json => {
            (Physical::BYTE_ARRAY, Some(LogicalType::String))
        }
        Kind::Integer => (Physical::INT64, None),
        Kind::Real => (Physical::DOUBLE, None),
        Kind::Boolean => (Physical::BOOLEAN, None),
        Kind::Instant => (
            Physical::INT64,
            Some(LogicalType::timestamp(true, TimeUnit::MICROS)),
        ),
        Kind::Day => (Physical::INT32, Some(LogicalType::Date)),
    }
}

/// Rows that wait to be written.
pub(super) struct Gathered {
    columns: Vec<Values>,
    bytes: usize,
}

impl fmt::Debug for Gathered {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Gathered")
            .field("bytes", &self.bytes)
            .finish_non_exhaustive()
    }
}

/// Those of a column: 1 in `there` where a row has a value.
enum Values {
    Text {
        there: Vec<i16>,
        values: Vec<ByteArray>,
    },
    Long {
        there: Vec<i16>,
        values: Vec<i64>,
    },
    Short {
        there: Vec<i16>,
        values: Vec<i32>,
    },
    Real {
        there: Vec<i16>,
        values: Vec<f64>,
    },
    Bool {
        there: Vec<i16>,
        values: Vec<bool>,
    },
}

impl Gathered {
    /// Nothing yet.
    pub(super) fn new(columns: &[Column]) -> Self {
        Self {
            columns: columns
                .iter()
                .map(|column| Values::of(column.kind))
                .collect(),
            bytes: 0,
        }
    }

    /// About how much memory they take.
    pub(super) const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Takes a row.
    pub(super) fn row(&mut self, row: &[Value<'_>]) {
        for (values, value) in self.columns.iter_mut().zip(row) {
            self.bytes += values.push(value);
        }
    }

    /// Writes what waits as a row group.
    pub(super) fn write<W: Write + Send>(
        &mut self,
        writer: &mut SerializedFileWriter<W>,
    ) -> Result<(), ParquetError> {
        if self.bytes == 0 {
            return Ok(());
        }
        let mut group = writer.next_row_group()?;
        for values in &mut self.columns {
            values.write(&mut group)?;
        }
        group.close()?;
        self.bytes = 0;
        Ok(())
    }
}

impl Values {
    fn of(kind: Kind) -> Self {
        let there = Vec::new();
        match types(kind).0 {
            Physical::INT64 => Self::Long {
                there,
                values: Vec::new(),
            },
            Physical::INT32 => Self::Short {
                there,
                values: Vec::new(),
            },
            Physical::DOUBLE => Self::Real {
                there,
                values: Vec::new(),
            },
            Physical::BOOLEAN => Self::Bool {
                there,
                values: Vec::new(),
            },
            _ => Self::Text {
                there,
                values: Vec::new(),
            },
        }
    }

    /// Takes a value; answers about how much memory it takes. What is of another kind is nothing.
    fn push(&mut self, value: &Value<'_>) -> usize {
        match self {
            Self::Text { there, values } => {
                let text = match value {
                    Value::Text(text) => Some(ByteArray::from(text.as_ref())),
                    Value::PublishTime(time) => Some(ByteArray::from(time.to_string().as_str())),
                    _ => None,
                };
                let length = text.as_ref().map_or(0, ByteArray::len);
                put(there, values, text) + length
            }
            Self::Long { there, values } => {
                let number = match value {
                    Value::Integer(number) => Some(*number),
                    Value::Instant(at) => Some(at.as_unix_millis().saturating_mul(1000)),
                    _ => None,
                };
                put(there, values, number)
            }
            Self::Short { there, values } => {
                let days = match value {
                    Value::Day(day) => {
                        let since = day.duration_since(jiff::civil::date(1970, 1, 1));
                        i32::try_from(since.as_hours() / 24).ok()
                    }
                    _ => None,
                };
                put(there, values, days)
            }
            Self::Real { there, values } => {
                let number = match value {
                    Value::Real(number) => Some(*number),
                    _ => None,
                };
                put(there, values, number)
            }
            Self::Bool { there, values } => {
                let is = match value {
                    Value::Boolean(is) => Some(*is),
                    _ => None,
                };
                put(there, values, is)
            }
        }
    }

    fn write<W: Write + Send>(
        &mut self,
        group: &mut SerializedRowGroupWriter<'_, W>,
    ) -> Result<(), ParquetError> {
        match self {
            Self::Text { there, values } => write::<ByteArrayType, W>(group, there, values),
            Self::Long { there, values } => write::<Int64Type, W>(group, there, values),
            Self::Short { there, values } => write::<Int32Type, W>(group, there, values),
            Self::Real { there, values } => write::<DoubleType, W>(group, there, values),
            Self::Bool { there, values } => write::<BoolType, W>(group, there, values),
        }
    }
}

fn put<T>(there: &mut Vec<i16>, values: &mut Vec<T>, value: Option<T>) -> usize {
    there.push(i16::from(value.is_some()));
    values.extend(value);
    size_of::<T>() + size_of::<i16>()
}

fn write<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    there: &mut Vec<i16>,
    values: &mut Vec<T::T>,
) -> Result<(), ParquetError> {
    let column = group.next_column()?;
    let mut column = column.ok_or_else(|| ParquetError::General("one column less".to_owned()))?;
    column.typed::<T>().write_batch(values, Some(there), None)?;
    column.close()?;
    there.clear();
    values.clear();
    Ok(())
}
