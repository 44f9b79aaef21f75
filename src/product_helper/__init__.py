"""The data layer of product-helper: users, projects, conversations, messages, artifacts and the activity log.

`product_helper.sync` and `product_helper.aio` hold the same functions, blocking and async, one module per file of
`queries/`; `product_helper.models` holds what they take and return, `product_helper.errors` what they raise.
"""
