-- Items that all three channels sell, and their sales above the average of all: INTERSECT, scalar subquery in HAVING.
with everywhere as (
    select ss_item_sk as item from store_sales, date_dim where ss_sold_date_sk = d_date_sk and d_year between 1999 and 2001
    intersect
    select cs_item_sk as item from catalog_sales, date_dim where cs_sold_date_sk = d_date_sk and d_year between 1999 and 2001
    intersect
    select ws_item_sk as item from web_sales, date_dim where ws_sold_date_sk = d_date_sk and d_year between 1999 and 2001
),
mean as (
    select sum(amount) / count(*) as value
    from (
        select ss_quantity * ss_list_price as amount from store_sales
        union all
        select cs_quantity * cs_list_price as amount from catalog_sales
        union all
        select ws_quantity * ws_list_price as amount from web_sales
    ) lines
)
select i_brand_id, i_class, sum(ss_quantity * ss_list_price) as sales, count(*) as n
from store_sales, item, date_dim
where ss_item_sk in (select item from everywhere)
    and ss_item_sk = i_item_sk
    and ss_sold_date_sk = d_date_sk
    and d_year = 2001
    and d_moy = 11
group by i_brand_id, i_class
having sum(ss_quantity * ss_list_price) > (select value from mean)
order by i_brand_id, i_class
