-- One row of totals under groups of OR over two dimensions.
select
    count(*) as n,
    sum(ss_quantity) as quantity,
    sum(ss_ext_sales_price) as price,
    sum(ss_net_profit) as profit
from store_sales, store, customer_demographics, household_demographics, customer_address, date_dim
where s_store_sk = ss_store_sk
    and ss_sold_date_sk = d_date_sk
    and d_year = 2001
    and ss_hdemo_sk = hd_demo_sk
    and cd_demo_sk = ss_cdemo_sk
    and ss_addr_sk = ca_address_sk
    and (
        (cd_marital_status = 'M' and ss_sales_price between 50 and 150 and hd_dep_count = 3)
        or (cd_marital_status = 'S' and ss_sales_price between 5 and 100 and hd_dep_count = 1)
        or (cd_marital_status = 'W' and ss_sales_price > 20 and hd_dep_count in (0, 2))
    )
    and (
        (ca_state in ('TX', 'OH') and ss_net_profit between 0 and 2000)
        or (ca_state in ('TN', 'GA', 'CA') and ss_net_profit between -300 and 3000)
    )
