-- Counties where the web grows faster than the stores, quarter by quarter: two CTEs, each joined three times.
with ss as (
    select ca_county as county, d_qoy as quarter, sum(ss_ext_sales_price) as sales
    from store_sales, date_dim, customer_address
    where ss_sold_date_sk = d_date_sk and ss_addr_sk = ca_address_sk and d_year = 2000
    group by ca_county, d_qoy
),
ws as (
    select ca_county as county, d_qoy as quarter, sum(ws_ext_sales_price) as sales
    from web_sales, date_dim, customer_address
    where ws_sold_date_sk = d_date_sk and ws_bill_addr_sk = ca_address_sk and d_year = 2000
    group by ca_county, d_qoy
)
select
    s1.county,
    s1.quarter,
    w2.sales / w1.sales as web_growth,
    s2.sales / s1.sales as store_growth,
    case when w2.sales / w1.sales > s2.sales / s1.sales then 'web' else 'store' end as faster
from ss s1
join ss s2 on s2.county = s1.county and s2.quarter = s1.quarter + 1
join ws w1 on w1.county = s1.county and w1.quarter = s1.quarter
join ws w2 on w2.county = s1.county and w2.quarter = s1.quarter + 1
order by s1.county, s1.quarter
