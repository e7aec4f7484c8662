"""The stand-in carrier: speaks Twilio's protocol over HTTP on loopback, and knows nothing of the product."""
