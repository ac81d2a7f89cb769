"""indexcalc: equity indices computed from their methodology."""
