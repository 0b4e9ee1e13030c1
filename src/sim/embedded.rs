//! The simulator inside this process, on a free port of the loopback interface.

use std::io;
use std::sync::{Arc, Mutex};

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::http::{Options, serve};
use super::world::World;

/// A simulator that runs.
#[derive(Debug)]
pub struct Running {
    /// Where it listens: `http://127.0.0.1:PORT/client/v4`.
    pub base_url: String,
    /// Its world, to look at or to change while it runs.
    pub world: Arc<Mutex<World>>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<io::Result<()>>,
}

/// Starts a simulator on the runtime of the caller; what [`Options::until`] was given does not matter here.
///
/// # Errors
/// No port can be had.
pub async fn start(world: World, options: Options) -> io::Result<Running> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let base_url = format!("http://{}/client/v4", listener.local_addr()?);
    let world = Arc::new(Mutex::new(world));
    let (stop, stopped) = oneshot::channel();
    // A sender that is dropped stops the server as well, so that a forgotten handle leaves nothing behind.
    let options = options.until(async {
        let _ = stopped.await;
    });
    let task = tokio::spawn(serve(listener, Arc::clone(&world), options));
    Ok(Running { base_url, world, stop, task })
}

impl Running {
    /// Stops it and gives its world back.
    ///
    /// # Errors
    /// The server failed while it ran.
    pub async fn stop(self) -> io::Result<World> {
        // The receiver is gone only where the server has ended already, and then there is nothing to stop.
        let _ = self.stop.send(());
        self.task.await.map_err(io::Error::other)??;
        let world = self.world.lock().expect("no thread panics while it holds the world");
        Ok(world.clone())
    }
}
