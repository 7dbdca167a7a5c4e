-- What the best customers buy of the items that sell most: two CTEs under IN, scalar maximum, union of two channels.
with frequent as (
    select ss_item_sk as item, count(*) as n from store_sales group by ss_item_sk having count(*) > 40
),
spent as (
    select ss_customer_sk as customer, sum(ss_quantity * ss_sales_price) as total
    from store_sales where ss_customer_sk is not null group by ss_customer_sk
),
best as (
    select customer from spent where total > (select max(total) from spent) * 0.2
)
select c_last_name, c_first_name, channel, sum(sales) as sales
from (
    select cs_bill_customer_sk as buyer, 'catalog' as channel, cs_quantity * cs_list_price as sales
    from catalog_sales
    where cs_item_sk in (select item from frequent) and cs_bill_customer_sk in (select customer from best)
    union all
    select ws_bill_customer_sk as buyer, 'web' as channel, ws_quantity * ws_list_price as sales
    from web_sales
    where ws_item_sk in (select item from frequent) and ws_bill_customer_sk in (select customer from best)
) lines join customer on buyer = c_customer_sk
group by c_last_name, c_first_name, channel
order by c_last_name nulls last, c_first_name nulls last, channel
