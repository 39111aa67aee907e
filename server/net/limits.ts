import type { Dispatcher } from 'undici';

/** Aborts a request whose final response headers have not come within the limit after it was sent; 0 = no limit. */
export function withHeadersLimit(
  limitMs: number,
  makeError: () => Error,
): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) =>
    dispatch(options, limitMs > 0 ? limited(handler, limitMs, makeError) : handler);
}

function limited(
  handler: Dispatcher.DispatchHandler,
  limitMs: number,
  makeError: () => Error,
): Dispatcher.DispatchHandler {
  let timer: NodeJS.Timeout | undefined;
  return {
    onRequestStart(controller, context) {
      clearTimeout(timer);
      timer = setTimeout(() => controller.abort(makeError()), limitMs);
      handler.onRequestStart?.(controller, context);
    },
    onRequestUpgrade: (...args) => handler.onRequestUpgrade?.(...args),
    onResponseStart(controller, status, headers, message) {
      if (status >= 200) clearTimeout(timer);
      return handler.onResponseStart?.(controller, status, headers, message);
    },
    onResponseData: (...args) => handler.onResponseData?.(...args),
    onResponseEnd: (...args) => handler.onResponseEnd?.(...args),
    onResponseError(controller, error) {
      clearTimeout(timer);
      handler.onResponseError?.(controller, error);
    },
  };
}
