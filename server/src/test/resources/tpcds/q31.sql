-- Manufacturers over all channels: three CTEs of the same form in a UNION ALL.
with ss as (
    select i_manufact_id, sum(ss_ext_sales_price) as total from store_sales, date_dim, customer_address, item
    where i_manufact_id in (select i_manufact_id from item where i_category = 'Electronics')
        and ss_item_sk = i_item_sk and ss_sold_date_sk = d_date_sk and d_year = 2001 and d_moy >= 10
        and ss_addr_sk = ca_address_sk and ca_gmt_offset = -5
    group by i_manufact_id
),
cs as (
    select i_manufact_id, sum(cs_ext_sales_price) as total from catalog_sales, date_dim, customer_address, item
    where i_manufact_id in (select i_manufact_id from item where i_category = 'Electronics')
        and cs_item_sk = i_item_sk and cs_sold_date_sk = d_date_sk and d_year = 2001 and d_moy >= 10
        and cs_bill_addr_sk = ca_address_sk and ca_gmt_offset = -5
    group by i_manufact_id
),
ws as (
    select i_manufact_id, sum(ws_ext_sales_price) as total from web_sales, date_dim, customer_address, item
    where i_manufact_id in (select i_manufact_id from item where i_category = 'Electronics')
        and ws_item_sk = i_item_sk and ws_sold_date_sk = d_date_sk and d_year = 2001 and d_moy >= 10
        and ws_bill_addr_sk = ca_address_sk and ca_gmt_offset = -5
    group by i_manufact_id
)
select i_manufact_id, sum(total) as total, count(*) as channels
from (select * from ss union all select * from cs union all select * from ws) every
group by i_manufact_id
order by total desc, i_manufact_id
