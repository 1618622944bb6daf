create view staging.incident as
select * from staging.ticket where final_class = 'Incident';

comment on view staging.incident is 'One row per incident, as last seen in iTop: the rows of staging.ticket of this class.';
