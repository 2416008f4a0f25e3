"""Reports: weekly digest, monthly report, data export, anniversaries, votes, recurrence checks."""
