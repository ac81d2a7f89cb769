"""One index, from one Parquet file to levels and daily weights: indexcalc beside other libraries."""
