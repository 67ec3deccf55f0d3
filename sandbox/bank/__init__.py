"""A bank: invoices with a hosted page, call-backs and refunds, by the protocol of moyasar (amounts in minor units)."""
