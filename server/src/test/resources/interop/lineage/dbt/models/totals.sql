select sum(amount) as total from {{ ref('large_orders') }}
