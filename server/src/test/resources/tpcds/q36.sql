-- Customers of one channel and day but of no other: EXCEPT twice, counted.
select count(*) as n, min(c_customer_id) as first_id, max(c_customer_id) as last_id
from (
    select distinct c_customer_id, d_month_seq from store_sales, date_dim, customer
    where ss_sold_date_sk = d_date_sk and ss_customer_sk = c_customer_sk and d_year = 2001
    except
    select distinct c_customer_id, d_month_seq from catalog_sales, date_dim, customer
    where cs_sold_date_sk = d_date_sk and cs_bill_customer_sk = c_customer_sk and d_year = 2001
    except
    select distinct c_customer_id, d_month_seq from web_sales, date_dim, customer
    where ws_sold_date_sk = d_date_sk and ws_bill_customer_sk = c_customer_sk and d_year = 2001
) only_in_stores
