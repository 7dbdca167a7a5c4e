-- Discounts above 1.3 times the average of the item in a quarter: correlated subquery over the same fact.
select i_item_id, count(*) as n, sum(cs_ext_discount_amt) as discount
from catalog_sales cs, item, date_dim
where i_item_sk = cs.cs_item_sk
    and d_date between date '2001-09-01' and date '2001-12-31'
    and d_date_sk = cs.cs_sold_date_sk
    and cs.cs_ext_discount_amt > (
        select 1.3 * sum(o.cs_ext_discount_amt) / count(o.cs_ext_discount_amt)
        from catalog_sales o where o.cs_item_sk = cs.cs_item_sk
    )
group by i_item_id
order by discount desc, i_item_id
limit 100
