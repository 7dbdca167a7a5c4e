-- Customers of some counties who bought in a store and in one of the other channels: EXISTS, IN over a UNION ALL.
select cd_gender, cd_marital_status, cd_education_status, count(*) as n
from customer c, customer_address ca, customer_demographics
where c.c_current_addr_sk = ca.ca_address_sk
    and ca_county in ('Williamson County', 'Walker County')
    and cd_demo_sk = c.c_current_cdemo_sk
    and exists (
        select 1 from store_sales, date_dim
        where c.c_customer_sk = ss_customer_sk and ss_sold_date_sk = d_date_sk and d_year = 2001 and d_moy between 4 and 12
    )
    and c.c_customer_sk in (
        select ws_bill_customer_sk from web_sales, date_dim where ws_sold_date_sk = d_date_sk and d_year = 2001
        union all
        select cs_bill_customer_sk from catalog_sales, date_dim where cs_sold_date_sk = d_date_sk and d_year = 2001
    )
group by cd_gender, cd_marital_status, cd_education_status
order by cd_gender, cd_marital_status, cd_education_status
