-- Which people share an address and become one contact?
select d.survivor_key, array_agg(d.person_key order by d.person_key) as people
from intermediate.contact_decision d
where d.survivor_key is not null
group by d.survivor_key
having count(*) > 1
order by d.survivor_key;
