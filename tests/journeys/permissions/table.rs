//! What everybody gets: nobody, Nara's 医療 and 薬務, Osaka's 医療, the secretariat, and who only views Nara's 医療 and the
//! secretariat.

pub(super) const TABLE: &str = "\
GET /                                                   200 200 200 200 200 200 200
GET /help                                               200 200 200 200 200 200 200
GET /help/{topic}                                       200 200 200 200 200 200 200
GET /self-check                                         200 200 200 200 200 200 200
GET /self-check/{trail}                                 200 200 200 200 200 200 200
GET /maintenance                                        200 200 200 200 200 200 200
GET /leaflet                                            200 200 200 200 200 200 200
GET /leaflet/qr.svg                                     200 200 200 200 200 200 200
GET /leaflet/qr.png                                     200 200 200 200 200 200 200
GET /terms                                              200 200 200 200 200 200 200
GET /privacy                                            200 200 200 200 200 200 200
GET /assets/{name}                                      200 200 200 200 200 200 200
GET /user-Registration-Form                             200 200 200 200 200 200 200
POST /user-Registration-Form                            422 422 422 422 422 422 422
GET /user-Registration-Form/challenge                   200 200 200 200 200 200 200
GET /user-Registration-Form/confirm                     401 401 401 401 401 401 401
POST /user-Registration-Form/code                       401 401 401 401 401 401 401
GET /user-Registration-Form/verify                      401 401 401 401 401 401 401
POST /user-Registration-Form/verify                     401 401 401 401 401 401 401
GET /application/form                                   401 401 401 401 401 401 401
POST /application/form                                  401 401 401 401 401 401 401
GET /application/postal/{code}                          200 200 200 200 200 200 200
GET /application/terms                                  401 401 401 401 401 401 401
POST /application/terms                                 401 401 401 401 401 401 401
GET /application/check                                  401 401 401 401 401 401 401
POST /application/submit                                401 401 401 401 401 401 401
GET /application/done                                   401 401 401 401 401 401 401
GET /application/download                               401 401 401 401 401 401 401
GET /track                                              200 200 200 200 200 200 200
POST /track                                             422 422 422 422 422 422 422
GET /track/code                                         401 401 401 401 401 401 401
POST /track/code                                        401 401 401 401 401 401 401
GET /track/status                                       401 401 401 401 401 401 401
GET /track/withdraw                                     401 401 401 401 401 401 401
POST /track/withdraw                                    401 401 401 401 401 401 401
POST /track/correct                                     401 401 401 401 401 401 401
POST /track/apply-again                                 401 401 401 401 401 401 401
GET /track/address                                      401 401 401 401 401 401 401
POST /track/address                                     401 401 401 401 401 401 401
GET /track/address/code                                 401 401 401 401 401 401 401
POST /track/address/code                                401 401 401 401 401 401 401
GET /track/resend                                       401 401 401 401 401 401 401
POST /track/resend                                      401 401 401 401 401 401 401
GET /review                                             401 200 200 200 404 200 404
GET /review/export                                      401 200 200 200 404 200 404
GET /review/search                                      401 200 200 200 404 200 404
GET /review/selected @nara                              401 200 200 200 404 403 404
GET /review/selected @osaka                             401 200 200 200 404 403 404
POST /review/selected @nara                             401 303 303 303 404 403 404
POST /review/selected @osaka                            401 303 303 303 404 403 404
GET /review/selected/result @nara                       401 200 200 200 404 403 404
GET /review/selected/result @osaka                      401 200 200 200 404 403 404
GET /review/dashboard                                   401 200 200 200 404 200 404
GET /operate/dashboard                                  401 404 404 404 200 404 200
GET /review/selected/reject @nara                       401 200 200 200 404 403 404
GET /review/selected/reject @osaka                      401 200 200 200 404 403 404
POST /review/selected/reject @nara                      401 303 303 303 404 403 404
POST /review/selected/reject @osaka                     401 303 303 303 404 403 404
GET /review/proxy                                       401 200 200 200 404 403 404
POST /review/proxy                                      401 422 422 422 404 403 404
GET /review/{number}/filed @nara                        401 200 404 404 404 200 404
GET /review/{number}/filed @osaka                       401 404 404 200 404 404 404
GET /review/{number}/address @nara                      401 200 404 404 404 403 404
GET /review/{number}/address @osaka                     401 404 404 200 404 403 404
POST /review/{number}/address @nara                     401 303 404 404 404 403 404
POST /review/{number}/address @osaka                    401 404 404 303 404 403 404
GET /review/{number} @nara                              401 200 404 404 404 200 404
GET /review/{number} @osaka                             401 404 404 200 404 404 404
POST /review/{number}/approve @nara                     401 303 404 404 404 403 404
POST /review/{number}/approve @osaka                    401 404 404 303 404 403 404
GET /review/{number}/reject @nara                       401 200 404 404 404 403 404
GET /review/{number}/reject @osaka                      401 404 404 200 404 403 404
POST /review/{number}/reject @nara                      401 303 404 404 404 403 404
POST /review/{number}/reject @osaka                     401 404 404 303 404 403 404
GET /review/{number}/return @nara                       401 200 404 404 404 403 404
GET /review/{number}/return @osaka                      401 404 404 200 404 403 404
POST /review/{number}/return @nara                      401 303 404 404 404 403 404
POST /review/{number}/return @osaka                     401 404 404 303 404 403 404
GET /operate                                            401 404 404 404 200 404 200
POST /operate/run                                       401 404 404 404 303 404 403
GET /operate/runs/{id}                                  401 404 404 404 200 404 200
GET /operate/find                                       401 404 404 404 422 404 422
GET /operate/applications/{number} @nara                401 404 404 404 200 404 200
GET /operate/applications/{number} @osaka               401 404 404 404 200 404 200
POST /operate/applications/{number}/hold @nara          401 404 404 404 303 404 403
POST /operate/applications/{number}/hold @osaka         401 404 404 404 303 404 403
POST /operate/applications/{number}/release @nara       401 404 404 404 303 404 403
POST /operate/applications/{number}/release @osaka      401 404 404 404 303 404 403
GET /operate/settings                                   401 404 404 404 200 404 200
GET /operate/desks                                      401 404 404 404 200 404 200
POST /operate/desks                                     401 404 404 404 422 404 403
POST /operate/freezes                                   401 404 404 404 422 404 403
POST /operate/freezes/{id}/end                          401 404 404 404 303 404 403
POST /operate/notices                                   401 404 404 404 422 404 403
POST /operate/applications/{number}/resend @nara        401 404 404 404 303 404 403
POST /operate/applications/{number}/resend @osaka       401 404 404 404 303 404 403
GET /operate/staff                                      401 404 404 404 200 404 200
POST /operate/staff                                     401 404 404 404 303 404 403
GET /operate/staff/{id}                                 401 404 404 404 200 404 200
POST /operate/staff/{id}/role                           401 404 404 404 303 404 403
POST /operate/staff/{id}/disable                        401 404 404 404 303 404 403
POST /operate/staff/{id}/enable                         401 404 404 404 303 404 403
POST /operate/staff/{id}/renew                          401 404 404 404 303 404 403
GET /operate/attention                                  401 404 404 404 200 404 200
POST /operate/dead-letters/{queue}/redrive              401 404 404 404 303 404 403
POST /operate/notices/{id}/end                          401 404 404 404 303 404 403
GET /operate/mails                                      401 404 404 404 200 404 200
GET /operate/suppressions                               401 404 404 404 200 404 200
POST /operate/suppressions                              401 404 404 404 422 404 403
GET /operate/imports                                    401 404 404 404 200 404 200
POST /operate/imports                                   401 404 404 404 422 404 403
GET /operate/imports/{id}                               401 404 404 404 200 404 200
POST /operate/imports/{id}/parts/{part}                 401 404 404 404 400 404 403
POST /operate/imports/{id}/check                        401 404 404 404 303 404 403
POST /operate/imports/{id}/confirm                      401 404 404 404 409 404 403
POST /operate/imports/{id}/discard                      401 404 404 404 303 404 403
GET /sign-in                                            200 200 200 200 200 200 200
POST /sign-in                                           422 422 422 422 422 422 422
POST /sign-out                                          303 303 303 303 303 303 303
GET /menu                                               401 401 401 401 401 401 401
GET /menu/{right}                                       401 401 401 401 401 401 401
GET /staff/sign-in                                      200 303 303 303 303 303 303
POST /staff/sign-in                                     422 422 422 422 422 422 422
GET /staff/second-factor                                401 303 303 303 303 303 303
POST /staff/second-factor                               401 401 401 401 401 401 401
GET /staff/enrol                                        401 401 401 401 401 401 401
GET /staff/home                                         401 200 200 200 200 200 200
POST /staff/sign-out                                    303 303 303 303 303 303 303
GET /set-password/{token}                               404 404 404 404 404 404 404
POST /set-password/{token}                              404 404 404 404 404 404 404
POST /set-password/{token}/resend                       404 404 404 404 404 404 404
GET /staff/set-password/{token}                         404 404 404 404 404 404 404
POST /staff/set-password/{token}                        404 404 404 404 404 404 404
GET /staff/forgot-password                              200 200 200 200 200 200 200
POST /staff/forgot-password                             422 422 422 422 422 422 422
GET /forgot-password                                    200 200 200 200 200 200 200
POST /forgot-password                                   422 422 422 422 422 422 422
GET /change-address                                     200 200 200 200 200 200 200
POST /change-address                                    422 422 422 422 422 422 422
GET /change-address/code                                401 401 401 401 401 401 401
POST /change-address/code                               401 401 401 401 401 401 401
GET /change-address/done                                200 200 200 200 200 200 200
GET /review/address-changes                             401 200 200 200 404 200 404
GET /review/address-changes/{id}                        401 404 404 404 404 404 404
POST /review/address-changes/{id}/forward               401 404 404 404 404 403 404
POST /review/address-changes/{id}/register              401 404 404 404 404 403 404
POST /review/address-changes/{id}/refuse                401 404 404 404 404 403 404
GET /operate/address-changes                            401 404 404 404 200 404 200
GET /operate/address-changes/{id}                       401 404 404 404 404 404 404
POST /operate/address-changes/{id}/complete             401 404 404 404 404 404 403
POST /operate/address-changes/{id}/refuse               401 404 404 404 404 404 403
GET /login-id                                           200 200 200 200 200 200 200
POST /login-id                                          422 422 422 422 422 422 422
ANY $default                                            404 404 404 404 404 404 404";
