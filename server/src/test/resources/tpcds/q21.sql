-- Inventory before and after a day by warehouse: CASE in aggregates, ratio in bounds.
select w_warehouse_name, i_item_id, before, after
from (
    select
        w_warehouse_name,
        i_item_id,
        sum(case when d_date < date '2001-03-11' then inv_quantity_on_hand else 0 end) as before,
        sum(case when d_date >= date '2001-03-11' then inv_quantity_on_hand else 0 end) as after
    from inventory, warehouse, item, date_dim
    where i_item_sk = inv_item_sk
        and inv_warehouse_sk = w_warehouse_sk
        and inv_date_sk = d_date_sk
        and d_date between date '2001-03-11' - interval '30 days' and date '2001-03-11' + interval '30 days'
    group by w_warehouse_name, i_item_id
) x
where before > 0 and after * 3 >= before * 2 and after * 2 <= before * 3
order by w_warehouse_name, i_item_id
