"""Ad-hoc cleaning (K12.3): steps compiled to one query from ods to dwd, every change kept."""
