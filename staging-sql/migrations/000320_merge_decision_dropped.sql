-- Who survives a merge is a decision like others: a row of ops.decision (survivors.csv) or of the confirmed mapping.
drop table ops.merge_decision;
