"""Reports: the weekly digest, the monthly figures, the data export, anniversaries and recurrence checks."""
