-- What became of iTop's objects, class by class?
select class, disposition, count(*) as objects
from reconcile.disposition
where item_kind = 'object'
group by class, disposition
order by class, disposition;
