-- Brands bought away from home: the ZIP code of the customer differs from that of the delivery.
select i_brand_id, i_brand, i_manufact_id, sum(ws_ext_sales_price) as price
from web_sales, date_dim, item, customer, customer_address home, customer_address delivery
where d_date_sk = ws_sold_date_sk
    and ws_item_sk = i_item_sk
    and i_manager_id between 4 and 12
    and d_moy = 11
    and d_year = 2001
    and ws_bill_customer_sk = c_customer_sk
    and c_current_addr_sk = home.ca_address_sk
    and ws_ship_addr_sk = delivery.ca_address_sk
    and substr(home.ca_zip, 1, 2) <> substr(delivery.ca_zip, 1, 2)
group by i_brand_id, i_brand, i_manufact_id
order by price desc, i_brand_id, i_manufact_id
limit 20
