# Asks for plans and counts of tables that the run does not have.
result = outcomes(asking(*((what, {'table': handle, 'filter': None, 'limit': None, 'columns': None})
    for what in ('plan', 'count') for handle in (0, 1, -1, 2**31, 2**32, -2**63))))
