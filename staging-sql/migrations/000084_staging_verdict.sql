-- The tests over the staging relations decide verdicts too: their evidence is the query itself.
alter table reconcile.verdict drop constraint verdict_evidence_check;
alter table reconcile.verdict add constraint verdict_evidence_check
  check (evidence in ('count', 'response', 'list', 'fresh_read', 'dump', 'query'));
