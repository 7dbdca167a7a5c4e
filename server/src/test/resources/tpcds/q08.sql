-- Stores near customers by ZIP code: INTERSECT as a derived table, string functions.
select s_store_name, sum(ss_net_profit) as profit
from store_sales, date_dim, store, (
    select substr(ca_zip, 1, 2) as zip from customer_address where ca_state in ('TN', 'GA', 'TX')
    intersect
    select substr(ca_zip, 1, 2) as zip
    from customer_address, customer
    where ca_address_sk = c_current_addr_sk and c_preferred_cust_flag = 'Y'
    group by ca_zip
    having count(*) > 1
) near, customer_address home
where ss_store_sk = s_store_sk
    and ss_sold_date_sk = d_date_sk
    and d_qoy = 4
    and d_year = 2001
    and ss_addr_sk = home.ca_address_sk
    and substr(home.ca_zip, 1, 2) = near.zip
group by s_store_name
order by s_store_name
