# Asks for the first minus one rows of a table.
# ends: WORKER_PROTOCOL_ERROR: *
handle = channel().ask('table', name='default.flowers')[0]['table']['handle']
result = outcomes(asking(('plan', {'table': handle, 'filter': None, 'limit': -1}), ('plan', {'table': handle, 'filter': None, 'limit': -2**63})))
