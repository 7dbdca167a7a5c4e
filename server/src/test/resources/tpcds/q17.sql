-- Items bought in a store, brought back, and bought again by catalogue: eight-way join of three facts.
select
    i_item_id,
    s_state,
    count(ss_quantity) as bought,
    avg(ss_quantity) as mean_bought,
    count(sr_return_quantity) as returned,
    sum(sr_return_quantity) as quantity_returned,
    sum(cs_quantity) as again
from store_sales, store_returns, catalog_sales, date_dim d1, date_dim d2, date_dim d3, store, item
where d1.d_date_sk = ss_sold_date_sk
    and i_item_sk = ss_item_sk
    and s_store_sk = ss_store_sk
    and ss_customer_sk = sr_customer_sk
    and ss_item_sk = sr_item_sk
    and ss_ticket_number = sr_ticket_number
    and sr_returned_date_sk = d2.d_date_sk
    and sr_customer_sk = cs_bill_customer_sk
    and cs_sold_date_sk = d3.d_date_sk
    and d1.d_year = 2000
    and d2.d_year in (2000, 2001)
    and d3.d_quarter_name in ('2000Q3', '2000Q4', '2001Q1', '2001Q2')
group by i_item_id, s_state
order by i_item_id, s_state
limit 100
