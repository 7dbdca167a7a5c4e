-- Catalogue quantities by state, county and category: GROUP BY ROLLUP.
select ca_state, ca_county, i_category, sum(cs_quantity) as quantity, sum(cs_net_profit) as profit, count(*) as n
from catalog_sales, customer, customer_address, item
where cs_bill_customer_sk = c_customer_sk
    and c_current_addr_sk = ca_address_sk
    and cs_item_sk = i_item_sk
    and c_birth_month in (1, 6, 8, 9, 12, 2)
    and ca_state is not null
    and i_category is not null
group by rollup (ca_state, ca_county, i_category)
order by ca_state nulls first, ca_county nulls first, i_category nulls first
