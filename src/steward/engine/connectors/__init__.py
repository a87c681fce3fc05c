"""Sources and targets of data, one file each, streamed as Arrow batches."""
