package prometheus

import (
	"net/http"

	"github.com/prometheus/common/expfmt"
)

// Handler was removed in client_golang 1.0; clients written before it still ask for it.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		families, err := DefaultGatherer.Gather()
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		for _, family := range families {
			if _, err := expfmt.MetricFamilyToText(w, family); err != nil {
				return
			}
		}
	})
}
