! SPDX-License-Identifier: BSD-3-Clause
! The likelihood of the model 'decay' in Fortran: counts that follow a * exp(-t / tau), with Poisson noise.
module decay_model
  use, intrinsic :: iso_c_binding
  implicit none
  private

  type, bind(c) :: counts ! struct model of decay.c
    integer(c_int64_t) :: n
    type(c_ptr) :: t, k
  end type counts

contains

  ! The function `loglike` of socca's table for models
  function decay_loglike(worker, self, workspace, par, logl) result(status) bind(c)
    type(c_ptr), value :: worker, self, workspace
    real(c_double), intent(in) :: par(2)
    real(c_double), intent(out) :: logl
    integer(c_int32_t) :: status
    type(counts), pointer :: m
    real(c_double), pointer :: t(:), k(:)
    real(c_double) :: expected
    integer(c_int64_t) :: i
    call c_f_pointer(self, m)
    call c_f_pointer(m%t, t, [m%n])
    call c_f_pointer(m%k, k, [m%n])
    logl = 0
    do i = 1, m%n
      expected = par(1) * exp(-t(i) / par(2))
      logl = logl - expected - log_gamma(k(i) + 1)
      if (k(i) > 0) logl = logl + k(i) * log(expected)
    end do
    status = 0
  end function decay_loglike

end module decay_model
