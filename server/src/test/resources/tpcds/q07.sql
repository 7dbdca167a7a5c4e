-- Averages for one group of customers with promotions of two channels: five-way star join, OR.
select
    i_item_id,
    count(*) as n,
    sum(ss_quantity) as quantity,
    sum(ss_list_price) / count(*) as list_price,
    sum(ss_coupon_amt) as coupons,
    avg(ss_quantity) as mean_quantity
from store_sales, customer_demographics, date_dim, item, promotion
where ss_sold_date_sk = d_date_sk
    and ss_item_sk = i_item_sk
    and ss_cdemo_sk = cd_demo_sk
    and ss_promo_sk = p_promo_sk
    and cd_gender = 'M'
    and cd_marital_status in ('S', 'W')
    and (p_channel_email = 'N' or p_channel_event = 'N')
    and d_year in (2000, 2001)
group by i_item_id
order by i_item_id
limit 50
