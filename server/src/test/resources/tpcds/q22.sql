-- Mean quantity on hand by product and month: average over integers, three levels of subtotals by UNION ALL.
with held as (
    select i_category, i_class, d_moy, inv_quantity_on_hand as quantity
    from inventory, date_dim, item
    where inv_date_sk = d_date_sk and inv_item_sk = i_item_sk and d_year = 2001 and i_category is not null
)
select i_category, i_class, d_moy, avg(quantity) as mean, count(quantity) as n, count(*) as held
from held group by i_category, i_class, d_moy
union all
select i_category, i_class, null as d_moy, avg(quantity) as mean, count(quantity) as n, count(*) as held
from held group by i_category, i_class
union all
select i_category, null as i_class, null as d_moy, avg(quantity) as mean, count(quantity) as n, count(*) as held
from held group by i_category
order by i_category, i_class nulls first, d_moy nulls first
