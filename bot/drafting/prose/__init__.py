"""Turn what people typed in a hurry into sentences that read well in a document."""
