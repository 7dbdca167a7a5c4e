-- The last catalogue purchase of each customer: QUALIFY over facts, LEFT JOIN of a dimension, no aggregate.
select cs_bill_customer_sk, cs_order_number, cs_item_sk, d_date, cs_quantity, p_promo_name
from catalog_sales join date_dim on cs_sold_date_sk = d_date_sk left join promotion on cs_promo_sk = p_promo_sk
where cs_bill_customer_sk is not null
qualify row_number() over (partition by cs_bill_customer_sk order by d_date desc, cs_order_number, cs_item_sk) = 1
order by cs_bill_customer_sk
