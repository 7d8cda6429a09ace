package dev.freshet.ops.chaos.fault;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.Location;
import com.sun.jdi.Method;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.event.StepEvent;
import com.sun.jdi.event.VMDeathEvent;
import com.sun.jdi.event.VMDisconnectEvent;
import com.sun.jdi.request.BreakpointRequest;
import com.sun.jdi.request.ClassPrepareRequest;
import com.sun.jdi.request.EventRequest;
import com.sun.jdi.request.EventRequestManager;
import com.sun.jdi.request.StepRequest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Brings another JVM to a stand where it comes to a {@link KillPoint}, through the JDK's debugger interface (JDI over a loopback port). The product needs no hook for it.
 *
 * <ul>
 *   <li>Before a method: a breakpoint on its first instruction. After it: from there a step out of it, so that it is back in its caller, whatever way it ended.
 *   <li>Until then nothing stands still: the other JVM counts the calls that are passed over by itself.
 *   <li>Classes may be loaded later than this is attached.
 * </ul>
 *
 * <p>For one thread. {@link DebuggerModule} tells whether there is such an interface; without it this class cannot be loaded.
 */
final class MethodStop implements AutoCloseable {
    private static final String CONNECTOR = "com.sun.jdi.SocketAttach";
    private static final String ATTACH_MS = "5000";
    private static final long POLL_MS = 100;

    private final VirtualMachine machine;
    private final KillPoint point;
    private final int call;

    private MethodStop(VirtualMachine machine, KillPoint point, int call) {
        this.machine = machine;
        this.point = point;
        this.call = call;
    }

    /**
     * Attaches to a JVM on this machine.
     *
     * @param port of its debugger interface
     * @param call the how manieth call counts, from 1; each overload is counted by itself
     */
    static MethodStop attach(int port, KillPoint point, int call) throws IOException {
        AttachingConnector connector = Bootstrap.virtualMachineManager().attachingConnectors().stream()
                .filter(candidate -> candidate.name().equals(CONNECTOR))
                .findFirst()
                .orElseThrow(() -> new IOException("the JDK has no " + CONNECTOR));
        Map<String, Connector.Argument> arguments = connector.defaultArguments();
        set(arguments, "hostname", "127.0.0.1");
        set(arguments, "port", String.valueOf(port));
        set(arguments, "timeout", ATTACH_MS);
        try {
            MethodStop stop = new MethodStop(connector.attach(arguments), point, call);
            try {
                stop.watch();
            } catch (VMDisconnectedException e) {
                throw new IOException("the process ended while it was attached to", e);
            }
            return stop;
        } catch (IllegalConnectorArgumentsException e) {
            throw new IOException("cannot attach to port " + port, e);
        }
    }

    private static void set(Map<String, Connector.Argument> arguments, String name, String value) throws IOException {
        Connector.Argument argument = arguments.get(name);
        if (argument == null) {
            throw new IOException(CONNECTOR + " has no argument '" + name + "'");
        }
        argument.setValue(value);
    }

    private void watch() {
        ClassPrepareRequest loaded = machine.eventRequestManager().createClassPrepareRequest();
        loaded.addClassFilter(point.className());
        loaded.setSuspendPolicy(EventRequest.SUSPEND_EVENT_THREAD);
        loaded.enable();
        // A class that is loaded between the two lines is met twice.
        machine.classesByName(point.className()).forEach(this::breakOn);
    }

    private void breakOn(ReferenceType type) {
        EventRequestManager requests = machine.eventRequestManager();
        for (Method method : type.methodsByName(point.method())) {
            Location start = method.location();
            boolean known = requests.breakpointRequests().stream()
                    .anyMatch(request -> request.location().equals(start));
            if (start != null && !known) {
                BreakpointRequest request = requests.createBreakpointRequest(start);
                request.addCountFilter(call);
                request.setSuspendPolicy(EventRequest.SUSPEND_ALL);
                request.enable();
            }
        }
    }

    /**
     * Waits until a thread has come to the point; then no thread of that JVM runs any more before {@link #close}.
     *
     * @return false if it was given up before, or that JVM ended
     */
    boolean await(BooleanSupplier givenUp) throws InterruptedException {
        try {
            while (!givenUp.getAsBoolean()) {
                EventSet events = machine.eventQueue().remove(POLL_MS);
                if (events == null) {
                    continue;
                }
                for (Event event : events) {
                    if (event instanceof VMDeathEvent || event instanceof VMDisconnectEvent) {
                        return false;
                    }
                    if (reached(event)) {
                        return true;
                    }
                }
                events.resume();
            }
            return false;
        } catch (VMDisconnectedException e) {
            return false;
        }
    }

    private boolean reached(Event event) {
        if (event instanceof ClassPrepareEvent loaded) {
            breakOn(loaded.referenceType());
            return false;
        }
        if (event instanceof BreakpointEvent called) {
            if (point.when() == KillPoint.When.BEFORE) {
                return true;
            }
            stepOut(called);
            return false;
        }
        return event instanceof StepEvent;
    }

    private void stepOut(BreakpointEvent called) {
        EventRequestManager requests = machine.eventRequestManager();
        boolean stepping = requests.stepRequests().stream()
                .anyMatch(request -> request.thread().equals(called.thread()));
        if (!stepping) {
            StepRequest step = requests.createStepRequest(called.thread(), StepRequest.STEP_MIN, StepRequest.STEP_OUT);
            step.addCountFilter(1);
            step.setSuspendPolicy(EventRequest.SUSPEND_ALL);
            step.enable();
        }
    }

    /** Lets the JVM go on, if it still runs. */
    @Override
    public void close() {
        try {
            letGo();
        } catch (VMDisconnectedException e) {
            // It was killed where it stood, which is what this is for.
            return;
        }
    }

    private void letGo() {
        try {
            EventRequestManager requests = machine.eventRequestManager();
            requests.deleteAllBreakpoints();
            requests.deleteEventRequests(List.copyOf(requests.stepRequests()));
            requests.deleteEventRequests(List.copyOf(requests.classPrepareRequests()));
            // An event that came just now has stopped the JVM, which would stay so for ever if nobody took it.
            for (EventSet left = machine.eventQueue().remove(1);
                    left != null;
                    left = machine.eventQueue().remove(1)) {
                left.resume();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            machine.dispose();
        }
    }
}
