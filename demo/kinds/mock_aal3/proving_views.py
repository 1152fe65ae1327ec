from demo.kinds.mock_aal3.kind import KIND
from demo.kinds.proving_views import fragment_of, page_of

fragment, sign_in = fragment_of(KIND), page_of(KIND)
