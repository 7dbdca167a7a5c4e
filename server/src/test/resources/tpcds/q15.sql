-- ZIP codes of catalogue customers in a quarter: join, OR of unlike conditions.
select ca_zip, sum(cs_sales_price) as sales, count(distinct cs_order_number) as orders
from catalog_sales, customer, customer_address, date_dim
where cs_bill_customer_sk = c_customer_sk
    and c_current_addr_sk = ca_address_sk
    and (substr(ca_zip, 1, 1) in ('8', '3') or ca_state in ('CA', 'WA') or cs_sales_price > 150)
    and cs_sold_date_sk = d_date_sk
    and d_qoy = 2
    and d_year = 2001
group by ca_zip
order by ca_zip
limit 100
