"""Write-behind: a store before any store, which gathers writes and brings them in batches."""
