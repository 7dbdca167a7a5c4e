-- Customers by demographic group with NOT EXISTS: who buys in stores, not by catalogue.
select cd_gender, cd_marital_status, count(*) as n, min(cd_dep_count) as least, max(cd_dep_count) as most, avg(cd_dep_count) as mean
from customer c, customer_demographics
where cd_demo_sk = c.c_current_cdemo_sk
    and exists (select 1 from store_sales where ss_customer_sk = c.c_customer_sk)
    and not exists (
        select 1 from catalog_sales, date_dim
        where cs_bill_customer_sk = c.c_customer_sk and cs_sold_date_sk = d_date_sk and d_year = 2001 and d_qoy < 4
    )
group by cd_gender, cd_marital_status
order by cd_gender, cd_marital_status
